/** A folder of a user who has installed the package, with the project's own dependencies. */
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { projectFolder } from "../commandLine";
import { copyBuilt } from "../kept";

/** Puts the compiled package into `HOME/node_modules/playlake`. @returns the package's folder */
export function installInto(home: string): string {
  const modules = path.join(home, "node_modules");
  const folder = path.join(modules, "playlake");
  mkdirSync(folder, { recursive: true });
  const installed = path.join(projectFolder, "node_modules");
  for (const name of readdirSync(installed).filter((name) => !name.startsWith("."))) {
    symlinkSync(path.join(installed, name), path.join(modules, name));
  }
  for (const file of ["package.json", "plugin/PulumiPlugin.yaml", "plugin/package.json"]) {
    cpSync(path.join(projectFolder, file), path.join(folder, file));
  }
  copyBuilt(path.join(folder, "dist"));
  return folder;
}
