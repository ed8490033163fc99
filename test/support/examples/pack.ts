import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { projectFolder } from "../commandLine";
import { copyBuilt } from "../kept";

/**
 * Packs the project as `npm publish` does, beside its own `dist/`, since several test files pack at a time.
 * @returns the tarball's path, in the given folder
 */
export function packInto(folder: string): string {
  const { files } = JSON.parse(readFileSync(path.join(projectFolder, "package.json"), "utf8")) as { files: string[] };
  const staged = mkdtempSync(path.join(folder, "pack-"));
  for (const name of ["package.json", "README.md", "LICENSE", ...files.filter((file) => file !== "dist")])
    cpSync(path.join(projectFolder, name), path.join(staged, name), { recursive: true });
  copyBuilt(path.join(staged, "dist"));
  const words = ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder];
  execFileSync("npm", words, { cwd: staged, stdio: ["ignore", "ignore", "inherit"] });
  rmSync(staged, { recursive: true });
  return path.join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "none");
}
