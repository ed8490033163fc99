#!/usr/bin/env node
// The program is TypeScript: it is run by what Pulumi itself runs it with, so that both serialize the same functions.
const path = require("node:path");
const project = path.dirname(__dirname);
try {
  require("ts-node").register({ transpileOnly: true, project: path.join(project, "tsconfig.json"), cwd: project });
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND") throw error;
  console.error(`playlake: the development packages are missing. Run "npm install" in ${project}`);
  process.exit(1);
}
require("../local/cli/main").main(process.argv.slice(2));
