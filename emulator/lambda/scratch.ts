import { existsSync, readdirSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isAlive } from "../processes";

const prefix = "playlake-lambda-";

/** Temporary folders of a run: unpacked code, the runtime's SDK, each process's home. */
export interface Scratch {
  /** A new path below the run's folder; not made. */
  folder(name: string): string;
  /** A folder to look modules up in that holds `@aws-sdk` and nothing else, as Lambda's runtime brings it. */
  sdkFolder: string;
  remove(): Promise<void>;
}

/** Removes what killed runs left behind; the folder's name tells whose it is. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    const owner = /^playlake-lambda-(\d+)-/.exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // Another user's: theirs to remove.
    }
  }
}

/** Node looks for packages in every folder above; one with packages would lend a function what its archive lacks. */
function checkNoPackagesAbove(folder: string): void {
  for (let above = folder; ; above = dirname(above)) {
    if (existsSync(join(above, "node_modules"))) {
      throw new Error(`${join(above, "node_modules")} would be visible to the functions: set TMPDIR to another folder`);
    }
    if (dirname(above) === above) return;
  }
}

function installedSdk(): string {
  const found = (require.resolve.paths("@aws-sdk/client-s3") ?? [])
    .map((folder) => join(folder, "@aws-sdk"))
    .find((folder) => existsSync(folder));
  if (found === undefined) throw new Error("@aws-sdk/client-s3 is not installed");
  return found;
}

/** Makes a run's temporary folder, outside of any tree with a `node_modules`. */
export async function createScratch(): Promise<Scratch> {
  const parent = await realpath(tmpdir());
  sweep(parent);
  checkNoPackagesAbove(parent);
  const root = await mkdtemp(join(parent, `${prefix}${process.pid}-`));
  const sdkFolder = join(root, "runtime");
  await mkdir(sdkFolder);
  await symlink(installedSdk(), join(sdkFolder, "@aws-sdk"), "dir");
  return {
    folder: (name) => join(root, name),
    sdkFolder,
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
