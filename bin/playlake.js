#!/usr/bin/env node
// In a checkout the program is TypeScript. The package holds only the compiled program.
const { existsSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const path = require("node:path");
const project = path.dirname(__dirname);

const runtime = process.versions.bun ? "Bun" : process.versions.deno ? "Deno" : undefined;
if (runtime !== undefined) {
  console.error(
    `playlake: ${runtime} cannot run playlake: Pulumi serializes functions through Node's inspector; use Node 20 or later`,
  );
  process.exit(1);
}

// Node 22.1 and later keep compiled code between runs.
enableCompileCache?.();

// Loading takes a moment; the command's first line replaces this one.
if (process.stderr.isTTY && process.stdout.isTTY && process.env.TERM !== "dumb") process.stderr.write("playlake …\r");

const isCheckout = existsSync(path.join(project, "cli", "main.ts"));
try {
  if (isCheckout) {
    require("../scripts/register");
  }
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND") throw error;
  console.error(`playlake: the development packages are missing. Run "npm install" in ${project}`);
  process.exit(1);
}
require(isCheckout ? "../cli/main" : "../dist/cli/main").main(process.argv.slice(2));
