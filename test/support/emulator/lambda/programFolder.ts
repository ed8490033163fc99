import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const projectFolder = join(__dirname, "..", "..", "..", "..");

/** The packages that the programs' functions load. Links to them would not do: Pulumi packs them under their real paths. */
const packages = ["node-fetch", "data-uri-to-buffer", "fetch-blob", "formdata-polyfill", "node-domexception"];

/**
 * Lets a test's program run as a project's index.ts. Packages for archives are looked up from the program's folder, so it
 * gets node-fetch.
 * @param program the absolute path of a TypeScript program
 * @returns the main file to run and a function that removes its folder
 */
export function makeProgramFolder(program: string): { main: string; remove(): void } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "playlake-program-")));
  for (const name of packages)
    cpSync(join(projectFolder, "node_modules", name), join(folder, "node_modules", name), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ dependencies: { "node-fetch": "*" } }));
  const main = join(folder, "index.js");
  writeFileSync(
    main,
    `module.exports = require(${JSON.stringify(program)});\ndelete require.cache[${JSON.stringify(program)}];\n`,
  );
  return { main, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
