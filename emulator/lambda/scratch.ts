// A run's temporary files: the functions' unpacked code, and the other folders that their processes use.
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { lockFolder } from "../folderLock";

const prefix = "playlake-lambda-";
/** A younger folder can belong to a run that is about to lock it. */
const lockedWithinMs = 60_000;

/** Removes what killed runs left behind: the folders that no process holds. */
async function sweep(parent: string): Promise<void> {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(parent, name);
    try {
      if (Date.now() - statSync(folder).mtimeMs < lockedWithinMs) continue;
      const release = await lockFolder(folder);
      rmSync(folder, { recursive: true, force: true });
      release();
    } catch {
      // A run is using it, or it belongs to another user.
    }
  }
}

/** Node looks for packages in every parent folder, so a function could load a package that is missing from its archive. */
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

export type Scratch = Awaited<ReturnType<typeof createScratch>>;

/** Creates a run's temporary folder outside of any tree with a `node_modules`. */
export async function createScratch() {
  const parent = await realpath(tmpdir());
  await sweep(parent);
  checkNoPackagesAbove(parent);
  const root = await mkdtemp(join(parent, `${prefix}${process.pid}-`));
  // On a network file system no run can lock a folder, so no other run will remove this one.
  const release = await lockFolder(root).catch(() => () => {});
  const sdkFolder = join(root, "runtime");
  await mkdir(sdkFolder);
  await symlink(installedSdk(), join(sdkFolder, "@aws-sdk"), "dir");
  return {
    /** A new path below the run's folder; the folder is not created. */
    folder: (name: string): string => join(root, name),
    /** A module folder that holds only `@aws-sdk`, which is part of Lambda's runtime. */
    sdkFolder,
    remove: async (): Promise<void> => {
      release();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Pulumi's archives and assets as its SDK creates them; a value can be a promise. */
interface PulumiPart {
  __pulumiArchive?: boolean;
  assets?: unknown;
  path?: unknown;
  text?: unknown;
}

async function unpackPart(partOrPromise: unknown, target: string): Promise<void> {
  const part = (await partOrPromise) as PulumiPart;
  const [assets, path, text] = await Promise.all([part.assets, part.path, part.text]);
  await mkdir(dirname(target), { recursive: true });
  if (assets !== undefined) {
    await Promise.all(
      Object.entries(assets as Record<string, unknown>).map(([name, entry]) => unpackPart(entry, join(target, name))),
    );
  } else if (text !== undefined) {
    await writeFile(target, String(text));
  } else if (path !== undefined) {
    // A link into the project would let the function load modules that are missing from its archive.
    await cp(resolve(String(path)), target, { recursive: true, dereference: true });
  } else {
    throw new Error("the local run unpacks archives of text, files and folders only");
  }
}

/**
 * Writes a function's code archive into a folder, as Lambda unpacks the zip that would be uploaded.
 * @param code a Pulumi AssetArchive or FileArchive of a folder; paths in it are relative to the working directory
 * @param folder created if it does not exist
 * @throws one line if an entry is missing, or of a kind that is not modelled
 */
export async function unpackArchive(code: unknown, folder: string): Promise<void> {
  const archive = (await code) as PulumiPart | undefined;
  if (archive?.__pulumiArchive !== true) throw new Error("the code is not an archive");
  await unpackPart(archive, folder);
}
