import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { projectFolder } from "../commandLine";

/** Builds and packs the project as `npm publish` does. @returns the tarball's path, in the given folder */
export function packInto(folder: string): string {
  const words = ["pack", "--silent", "--pack-destination", folder];
  execFileSync("npm", words, { cwd: projectFolder, stdio: ["ignore", "ignore", "inherit"] });
  return path.join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "none");
}
