// What Pulumi loads. A checkout has the rules' sources, which Pulumi compiles; the package holds only the compiled rules.
const { existsSync } = require("node:fs");
const path = require("node:path");

require(existsSync(path.join(__dirname, "pack.ts")) ? "./pack.ts" : "./dist/pack.js");
