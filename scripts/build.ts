// Builds dist/, the content of the npm package: npm run build
import { execFileSync } from "node:child_process";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { projectFiles, templateFile } from "../cli/init";
import { bundlePage } from "../report/explorer";

const project = path.join(__dirname, "..");

/** Files that are read at run time and not compiled. */
const copied = ["queries/views", "queries/named", "queries/compact", "emulator/lambda/runtime"];

/** Compiles the sources with their declarations. @param dist absolute; it is emptied first */
export function build(dist: string): void {
  rmSync(dist, { recursive: true, force: true });
  const tsc = require.resolve("typescript/bin/tsc");
  const words = ["-p", path.join(project, "tsconfig.build.json"), "--outDir", dist];
  execFileSync(process.execPath, [tsc, ...words], { stdio: "inherit" });
  for (const folder of copied) cpSync(path.join(project, folder), path.join(dist, folder), { recursive: true });
  for (const name of Object.keys(projectFiles)) {
    const file = templateFile(name);
    cpSync(file, path.join(dist, path.relative(project, file)));
  }
  writeFileSync(path.join(dist, "report", "page", "page.js"), bundlePage());
}

if (require.main === module) build(path.join(project, "dist"));
