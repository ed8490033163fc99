import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { build } from "../../../scripts/build";
import { checkoutFiles } from "../../../scripts/checkout";
import { projectFolder } from "../commandLine";

const kept = path.join(projectFolder, ".cache", "built");
const keptMs = 24 * 60 * 60 * 1000;

/**
 * Compiles the package into a folder. Several test files need it and compiling takes 10 seconds, so the output is kept, named
 * by a hash of the whole checkout. It gets that name once it is complete, so a killed or parallel run does no harm.
 */
export function copyBuilt(dist: string): void {
  const folder = path.join(kept, checkoutHash());
  if (existsSync(folder)) {
    cpSync(folder, dist, { recursive: true });
    return;
  }
  build(dist);
  removeOld();
  const unfinished = `${folder}.${process.pid}`;
  cpSync(dist, unfinished, { recursive: true });
  const isChanged = path.join(kept, checkoutHash()) !== folder;
  // A parallel run has the same output.
  if (isChanged || existsSync(folder)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, folder);
}

function checkoutHash(): string {
  const hash = createHash("sha256").update(process.version);
  for (const file of checkoutFiles()) hash.update(`\0${file}\0`).update(readFileSync(path.join(projectFolder, file)));
  return hash.digest("hex").slice(0, 32);
}

function removeOld(): void {
  mkdirSync(kept, { recursive: true });
  for (const name of readdirSync(kept)) {
    const folder = path.join(kept, name);
    if (Date.now() - statSync(folder).mtimeMs > keptMs) rmSync(folder, { recursive: true, force: true });
  }
}
