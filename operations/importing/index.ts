import { rmSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { type Lake, readJsonIfWhole, replaceFile } from "../../lake";
import { rawKeysOf } from "../../lake/failures";
import { sum } from "../../lake/lists";
import { putObject } from "../../lake/s3";
import { rawKey } from "../../transforms/keys";
import { type PageOrigin, partNote } from "../../transforms/responseFiles";
import {
  addOutcomes,
  inParallel,
  noTally,
  type Outcome,
  objectsABatch,
  type Tally,
  transformAll,
  transformBatch,
} from "../transformAll";
import { type ImportedPlaylist, idsOfFiles } from "./otherForms";
import { linesOfPages } from "./rawLines";
import { isRefusal, type ReadFile, readSource } from "./readSource";
import type { Source } from "./sources";

/** What became of the files. */
export interface Imported {
  /** Keys of the raw objects that were written. */
  readonly stored: readonly string[];
  /** Keys of objects that existed already, and were kept. */
  readonly kept: readonly string[];
  /** Keys of objects that a killed import had written, and whose tables are made now. */
  readonly resumed: readonly string[];
  /** A line for each file that is not imported. */
  readonly refused: readonly string[];
  /** Notes for the user about files that were imported. */
  readonly notes: readonly string[];
  /** What the transformer made of the objects. */
  readonly tables: Tally;
}

interface ImportOptions {
  readonly sources: readonly Source[];
  /** The day of a source, YYYY-MM-DD. */
  readonly dayOf: (source: Source) => string;
  /** Whether an existing object is overwritten. */
  readonly replaces: boolean;
  /** Gets the number of sources that were read. */
  readonly onProgress: (done: number) => void;
}

/** A raw object to be written. */
interface RawObject {
  readonly key: string;
  readonly lines: string;
}

/** A page that is one playlist with others. */
interface PageSource extends PageOrigin, Pick<ImportedPlaylist, "entries" | "totalItems"> {
  readonly source: Source;
}

/**
 * Writes the playlists of files as raw objects, and transforms each once. It holds only a few files in memory. A refused
 * file does not affect the others. If the import is killed, the next one completes it.
 * @throws errors of AWS that do not depend on the file
 */
export async function importSources(lake: Lake, options: ImportOptions): Promise<Imported> {
  const [stored, kept]: [string[], string[]] = [[], []];
  const pending = openPending(lake.memoryFolder);
  const resumed = pending.left();
  let tables = noTally;
  const count = (outcomes: readonly Outcome[]) => {
    tables = addOutcomes(tables, outcomes);
  };

  await transformAll(lake, resumed, (_batch, outcomes) => count(outcomes));
  const { objects, refused, notes } = readObjects(options);
  await inParallel(lake.concurrency, batchesOf(objects), async (batch) => {
    const keys = batch.map(({ key }) => key);
    pending.add(keys);
    const isNew = await Promise.all(
      batch.map(({ key, lines }) => {
        const object = { Bucket: lake.outputs.rawBucket, Key: key, Body: gzipSync(lines) };
        return putObject(lake.s3, object, options.replaces);
      }),
    );
    const written = keys.filter((_, index) => isNew[index]);
    stored.push(...written);
    kept.push(...keys.filter((_, index) => !isNew[index]));
    if (written.length > 0) count(await transformBatch(lake, written));
    pending.remove(keys);
  });
  cancelEvents(lake, new Set([...stored, ...resumed]));
  const late = (await lake.settle()).map((reason) => ({ key: "a late event", reason }));
  pending.remove(resumed);
  return { stored, kept, resumed, refused, notes, tables: { ...tables, failures: [...tables.failures, ...late] } };
}

async function* batchesOf(objects: AsyncIterable<RawObject>): AsyncGenerator<RawObject[]> {
  let batch: RawObject[] = [];
  for await (const object of objects) {
    batch.push(object);
    if (batch.length < objectsABatch) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Reads one source after the other; `refused` and `notes` grow meanwhile. */
function readObjects({ sources, dayOf, onProgress }: ImportOptions) {
  const [refused, notes]: [string[], string[]] = [[], []];
  /** Where each key comes from. */
  const origins = new Map<string, string>();
  const pages = new Map<string, PageSource[]>();
  const idsOf = idsOfFiles();

  function claim(playlistId: string, source: Source): string | undefined {
    const key = rawKey(dayOf(source), playlistId);
    const other = origins.get(key);
    if (other === undefined) {
      origins.set(key, source.label);
      return key;
    }
    refuse(source, `holds playlist ${playlistId} of that day`, other);
    return undefined;
  }

  function refuse({ label }: Source, why: string, other: string): void {
    refused.push(`${label}: ${why}, as ${other} does; import one of them`);
  }

  async function* objectsOf(): AsyncGenerator<RawObject> {
    for (const [index, source] of sources.entries()) {
      const file = await tryRead(source, refused, idsOf(source.label));
      notes.push(...(file?.skipped ?? []).map((line) => `${source.label}: ${line}`));
      if (file?.page !== undefined) addPage(source, file, file.page);
      else for (const playlist of file?.playlists ?? []) yield* objectOf(playlist, source);
      onProgress(index + 1);
    }
    for (const group of pages.values()) yield* pagesObject(group);
  }

  function* objectOf(playlist: ImportedPlaylist, source: Source): Generator<RawObject> {
    const key = claim(playlist.playlistId, source);
    if (key === undefined) return;
    notes.push(...partNote(playlist, source.label));
    yield { key, lines: playlist.lines };
  }

  function addPage(source: Source, { playlists: [playlist] }: ReadFile, { playlistId, offset }: PageOrigin) {
    const { entries = 0, totalItems = 0 } = playlist ?? {};
    const key = rawKey(dayOf(source), playlistId);
    pages.set(key, [...(pages.get(key) ?? []), { source, playlistId, offset, entries, totalItems }]);
  }

  /** The pages of a playlist. They are read again: only their offsets were kept. */
  async function* pagesObject(group: readonly PageSource[]): AsyncGenerator<RawObject> {
    const fitting: PageSource[] = [];
    for (const page of group.toSorted((a, b) => a.offset - b.offset)) {
      const last = fitting.at(-1);
      if (last === undefined || page.offset >= last.offset + last.entries) fitting.push(page);
      else refuse(page.source, `holds entries from ${page.offset} on`, last.source.label);
    }
    const [first] = fitting;
    const key = first === undefined ? undefined : claim(first.playlistId, first.source);
    if (first === undefined || key === undefined) return;
    const files = await Promise.all(fitting.map(({ source }) => tryRead(source, refused)));
    const texts = files.flatMap((file) => file?.page?.text ?? []);
    const entries = sum(fitting, (page) => page.entries);
    const totalItems = Math.max(...fitting.map((page) => page.totalItems));
    const label = fitting.map(({ source }) => source.label).join(", ");
    notes.push(...partNote({ playlistId: first.playlistId, entries, totalItems }, label));
    yield { key, lines: linesOfPages(first.playlistId, texts) };
  }

  return { objects: objectsOf(), refused, notes };
}

/** What a source holds; undefined if it cannot be imported, which does not affect the others. */
export async function tryRead(
  source: Source,
  refused: string[],
  idOf?: (name: string) => string,
): Promise<ReadFile | undefined> {
  try {
    return await readSource(await source.read(), source.fileName, idOf);
  } catch (error) {
    refused.push(`${source.label}: ${refusalReason(error)}`);
    return undefined;
  }
}

/**
 * Why a source cannot be read, without the file name at the start of a refusal.
 * @throws the error if it has another cause
 */
export function refusalReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (isRefusal(error)) return /^[^:]*: (.*)$/s.exec(message)?.[1] ?? message;
  if (code === "ERR_FS_FILE_TOO_LARGE") return "is larger than 2 GiB";
  if (code === "ENOENT") return "does not exist";
  if (code?.startsWith("E") === true && !code.startsWith("ERR_")) return `cannot be read (${code})`;
  throw error;
}

/** Removes the events of objects that are transformed already. In a stack the events run by themselves. */
function cancelEvents(lake: Lake, done: ReadonlySet<string>): void {
  for (const event of lake.waitingEvents()) {
    const keys = rawKeysOf(event.payload);
    if (keys.length > 0 && keys.every((key) => done.has(key))) event.cancel();
  }
}

/** The keys of objects that are being written and are not transformed yet, stored in case the import is killed. */
function openPending(folder: string) {
  const file = path.join(folder, "import.json");
  const keys = new Set(readJsonIfWhole<string[]>(file));
  const save = () => (keys.size === 0 ? rmSync(file, { force: true }) : replaceFile(file, JSON.stringify([...keys])));
  return {
    left: () => [...keys],
    add(more: readonly string[]) {
      for (const key of more) keys.add(key);
      save();
    },
    remove(some: readonly string[]) {
      for (const key of some) keys.delete(key);
      save();
    },
  };
}
