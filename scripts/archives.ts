// What a deployment uploads of a function: the files of its archive, and the zip that Pulumi's engine makes of them.
import { readFileSync } from "node:fs";
import { crc32, deflateRawSync } from "node:zlib";
import type * as pulumi from "@pulumi/pulumi";

/** A function's files by their names in the archive, sorted. */
export type ArchiveFiles = Readonly<Record<string, Buffer>>;

/**
 * Reads an archive of texts and files, as the components declare them.
 * @param code the `code` of a function's inputs, paths in it absolute
 * @throws one line if the archive has any other content
 */
export async function archiveFiles(code: unknown): Promise<ArchiveFiles> {
  const assets = Object.entries(await (code as pulumi.asset.AssetArchive).assets);
  const files = await Promise.all(
    assets.map(async ([name, asset]): Promise<[string, Buffer]> => {
      const { text, path } = asset as { text?: Promise<string>; path?: Promise<string> };
      if (text !== undefined) return [name, Buffer.from(await text)];
      if (path !== undefined) return [name, readFileSync(await path)];
      throw new Error(`archive entry ${name}: expected a text or a file`);
    }),
  );
  return Object.fromEntries(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Lengths and checksum follow a file's bytes, because the engine writes while it reads. */
const streamed = 0x08;
const deflated = 8;
/** 1980-01-01, the first day that a zip can store. */
const firstDay = 0x21;

/** The zip of an archive: deflated, the same bytes for the same files. */
export function zip(files: ArchiveFiles): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const body = deflateRawSync(content);
    const sums = words(crc32(content), body.length, content.length);
    const file = [
      halves(0x4b50, 0x0403),
      common(words(0, 0, 0), name),
      Buffer.from(name),
      body,
      words(0x08074b50),
      sums,
    ];
    directory.push(
      halves(0x4b50, 0x0201, 20),
      common(sums, name),
      halves(0, 0, 0),
      words(0, offset),
      Buffer.from(name),
    );
    parts.push(...file);
    offset += Buffer.concat(file).length;
  }
  const count = Object.keys(files).length;
  const end = [halves(0x4b50, 0x0605, 0, 0, count, count), words(Buffer.concat(directory).length, offset), halves(0)];
  return Buffer.concat([...parts, ...directory, ...end]);
}

/** The fields that a file's header shares with its entry in the directory. */
function common(sums: Buffer, name: string): Buffer {
  return Buffer.concat([halves(20, streamed, deflated, 0, firstDay), sums, halves(Buffer.byteLength(name), 0)]);
}

function halves(...values: number[]): Buffer {
  const buffer = Buffer.alloc(2 * values.length);
  for (const [i, value] of values.entries()) buffer.writeUInt16LE(value, 2 * i);
  return buffer;
}

function words(...values: number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) buffer.writeUInt32LE(value, 4 * i);
  return buffer;
}
