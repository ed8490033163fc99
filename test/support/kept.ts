/** What several test files need and takes seconds to make. It is kept for a day, named by a hash of the whole checkout. */
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { build } from "../../scripts/build";
import { checkoutFiles } from "../../scripts/checkout";
import { projectFolder } from "./commandLine";
import { run } from "./terminal";

const keptMs = 24 * 60 * 60 * 1000;

/** The compiled package. @param dist the folder to write */
export function copyBuilt(dist: string): void {
  const { copyTo, keep } = keptFolder("built");
  if (copyTo(dist)) return;
  build(dist);
  keep(dist);
}

/** The samples' first three days as `playlake run` leaves them. @param home an empty home without symbolic links in its path */
export async function copySampleLake(home: string): Promise<void> {
  const { copyTo, keep } = keptFolder("sampleLake");
  const lakes = path.join(home, ".playlake");
  const state = path.join(lakes, "sample");
  if (copyTo(state)) {
    writeFileSync(path.join(lakes, "last.json"), JSON.stringify({ directory: state }));
    return;
  }
  const { exitCode, err } = await run(["run", "--quiet"], { home });
  if (exitCode !== 0) throw new Error(err);
  keep(state);
}

/** A kept folder: `copyTo` returns false if it is not there. It gets its name once it is complete. */
function keptFolder(kind: string): { copyTo(target: string): boolean; keep(made: string): void } {
  const kinds = path.join(projectFolder, ".cache", kind);
  const folder = path.join(kinds, checkoutHash());
  const copy = (from: string, to: string) => cpSync(from, to, { recursive: true, preserveTimestamps: true });
  return {
    copyTo(target) {
      if (!existsSync(folder)) return false;
      copy(folder, target);
      return true;
    },
    keep(made) {
      removeOld(kinds);
      const unfinished = `${folder}.${process.pid}`;
      copy(made, unfinished);
      const isChanged = path.join(kinds, checkoutHash()) !== folder;
      // A parallel run has the same.
      if (isChanged || existsSync(folder)) rmSync(unfinished, { recursive: true });
      else renameSync(unfinished, folder);
    },
  };
}

function checkoutHash(): string {
  const hash = createHash("sha256").update(process.version);
  for (const file of checkoutFiles()) hash.update(`\0${file}\0`).update(readFileSync(path.join(projectFolder, file)));
  return hash.digest("hex").slice(0, 32);
}

function removeOld(kinds: string): void {
  mkdirSync(kinds, { recursive: true });
  for (const name of readdirSync(kinds)) {
    const folder = path.join(kinds, name);
    if (Date.now() - statSync(folder).mtimeMs > keptMs) rmSync(folder, { recursive: true, force: true });
  }
}
