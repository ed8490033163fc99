import { cp, mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";

/** Pulumi's archives and assets as its SDK makes them; a value may be a promise. */
interface PulumiPart {
  __pulumiArchive?: boolean;
  __pulumiAsset?: boolean;
  assets?: unknown;
  path?: unknown;
  text?: unknown;
}

/** Where an entry goes: below the folder, never outside it. */
function targetPath(folder: string, name: string): string {
  const target = resolve(folder, name);
  if (target !== folder && !target.startsWith(folder + sep))
    throw new Error(`archive entry ${name} leaves the archive`);
  return target;
}

async function copyPath(source: string, target: string, asFolder: boolean): Promise<void> {
  const found = await stat(source).catch(() => undefined);
  if (found === undefined) throw new Error(`archive entry ${source} does not exist`);
  if (asFolder && !found.isDirectory()) {
    throw new Error(`archive ${source}: the local run unpacks folders, not archive files`);
  }
  await mkdir(dirname(target), { recursive: true });
  // Links are followed: a link back into the project would let the function load what its archive lacks.
  await cp(source, target, { recursive: true, dereference: true });
}

async function unpackPart(partOrPromise: unknown, target: string): Promise<void> {
  const part = (await partOrPromise) as PulumiPart;
  const [assets, path, text] = await Promise.all([part.assets, part.path, part.text]);
  if (assets !== undefined) {
    const entries = Object.entries(assets as Record<string, unknown>);
    await mkdir(target, { recursive: true });
    await Promise.all(entries.map(([name, entry]) => unpackPart(entry, targetPath(target, name))));
  } else if (text !== undefined) {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, String(text));
  } else if (path !== undefined) {
    await copyPath(resolve(String(path)), target, part.__pulumiArchive === true);
  } else {
    throw new Error("the local run unpacks text, file and folder archives only, not remote ones");
  }
}

/**
 * Writes a function's code archive into a folder, as Lambda unpacks the zip that would be uploaded.
 * @param code a Pulumi AssetArchive or FileArchive of a folder; paths in it are relative to the working directory
 * @param folder absolute; made if it isn't there
 * @throws one line where an entry is missing, leaves the folder, or is of a kind that isn't modelled
 */
export async function unpackArchive(code: unknown, folder: string): Promise<void> {
  const archive = (await code) as PulumiPart | undefined;
  if (archive?.__pulumiArchive !== true) throw new Error("the code is no archive");
  await unpackPart(archive, folder);
}
