// A run's temporary files: the functions' unpacked code, and the other folders that their processes use.
import { createHash } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { temporaryFolder } from "../files";

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

/** The temporary folder of the run in a state, outside of the state: a project has a `node_modules`. */
export function scratchFolder(stateDir: string): string {
  const hash = createHash("sha256").update(realpathSync(stateDir)).digest("hex");
  return join(temporaryFolder(), `playlake-lambda-${hash.slice(0, 16)}`);
}

/** Creates that folder, in place of one that a killed run has left: one process at a time works in a state. */
export async function createScratch(stateDir: string) {
  const root = scratchFolder(stateDir);
  checkNoPackagesAbove(dirname(root));
  // The killed run's processes can still be ending.
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
  // Fails if another user has created it meanwhile.
  await mkdir(root, { mode: 0o700 });
  const sdkFolder = join(root, "runtime");
  await mkdir(sdkFolder);
  await symlink(installedSdk(), join(sdkFolder, "@aws-sdk"), "dir");
  return {
    /** A new path below the run's folder; the folder is not created. */
    folder: (name: string): string => join(root, name),
    /** A module folder that holds only `@aws-sdk`, which is part of Lambda's runtime. */
    sdkFolder,
    remove: (): Promise<void> => rm(root, { recursive: true, force: true }),
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
