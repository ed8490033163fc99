import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const projectFolder = join(__dirname, "..", "..", "..", "..");

/**
 * Lets a test's program run as a project's index.ts. Packages for archives are looked up from the program's folder, and a
 * test's folder has none.
 * @param program the absolute path of a TypeScript program
 * @returns the main file to run and a function that removes its folder
 */
export function makeProgramFolder(program: string): { main: string; remove(): void } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "playlake-program-")));
  symlinkSync(join(projectFolder, "node_modules"), join(folder, "node_modules"), "dir");
  symlinkSync(join(projectFolder, "package.json"), join(folder, "package.json"));
  const main = join(folder, "index.js");
  writeFileSync(
    main,
    `module.exports = require(${JSON.stringify(program)});\ndelete require.cache[${JSON.stringify(program)}];\n`,
  );
  return { main, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
