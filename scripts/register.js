// Makes Node run the project's TypeScript the way Pulumi does, so that both serialize the same functions.
const path = require("node:path");
const project = path.join(__dirname, "..");
require("ts-node").register({
  project: path.join(project, "tsconfig.json"),
  cwd: project,
  transpileOnly: true,
  transpiler: path.join(__dirname, "transpiler.js"),
});
