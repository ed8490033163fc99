import { rmSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { type Lake, readJsonIfWhole, replaceFile } from "../../lake";
import { rawKeysOf } from "../../lake/failures";
import { sum } from "../../lake/lists";
import { objectsIn } from "../../lake/s3";
import { rawKey } from "../../transforms/keys";
import { partNote } from "../../transforms/responseFiles";
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
import { type ReadFile, tryRead } from "./readSource";
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

/**
 * Writes the playlists of files as raw objects, and transforms each once. It holds only a few files in memory. A refused
 * file does not affect the others. If the import is killed, the next one completes it.
 * @throws errors of AWS that do not depend on the file
 */
export async function importSources(lake: Lake, options: ImportOptions): Promise<Imported> {
  const [stored, kept]: [string[], string[]] = [[], []];
  const raw = objectsIn(lake.s3, lake.outputs.rawBucket);
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
      batch.map(({ key, lines }) => raw.put(key, gzipSync(lines), { ifAbsent: !options.replaces })),
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
  /** The source of each key. */
  const origins = new Map<string, Source>();
  /** The sources that hold a page of a playlist, by its key. */
  const pages = new Map<string, Source[]>();
  const idsOf = idsOfFiles();

  async function* objectsOf(): AsyncGenerator<RawObject> {
    for (const [index, source] of sources.entries()) {
      const { playlists, page, skipped } = await read(source, idsOf(source.label));
      notes.push(...skipped.map((line) => `${source.label}: ${line}`));
      if (page === undefined) for (const playlist of playlists) yield* objectOf(playlist, source, source.label);
      else {
        const key = rawKey(dayOf(source), page.playlistId);
        pages.set(key, [...(pages.get(key) ?? []), source]);
      }
      onProgress(index + 1);
    }
    for (const group of pages.values()) yield* joined(group);
  }

  /** A refused source holds nothing. */
  async function read(source: Source, idOf?: (name: string) => string): Promise<ReadFile> {
    const file = await tryRead(source, idOf);
    if (!("refused" in file)) return file;
    refused.push(`${source.label}: ${file.refused}`);
    return { form: "refused", missing: [], playlists: [], skipped: [] };
  }

  function* objectOf(playlist: ImportedPlaylist, source: Source, label: string): Generator<RawObject> {
    const { playlistId, lines } = playlist;
    const key = rawKey(dayOf(source), playlistId);
    const other = origins.get(key);
    if (other !== undefined) return refuse(source, `holds playlist ${playlistId} of that day`, other);
    origins.set(key, source);
    notes.push(...partNote(playlist, label));
    yield { key, lines };
  }

  function refuse({ label }: Source, why: string, other: Source): void {
    refused.push(`${label}: ${why}, as ${other.label} does; import one of them`);
  }

  /** Makes one playlist of its pages. They are read again, so that only one playlist's are in memory. */
  async function* joined(group: readonly Source[]): AsyncGenerator<RawObject> {
    const files = await Promise.all(group.map(async (source) => ({ source, ...(await read(source)) })));
    const found = files.flatMap(({ source, playlists: [playlist], page }) =>
      playlist === undefined || page === undefined ? [] : { ...playlist, ...page, source },
    );
    const fitting: typeof found = [];
    for (const page of found.toSorted((a, b) => a.offset - b.offset)) {
      const last = fitting.at(-1);
      if (last === undefined || page.offset >= last.offset + last.entries) fitting.push(page);
      else refuse(page.source, `holds entries from ${page.offset} on`, last.source);
    }
    const [first] = fitting;
    if (first === undefined) return;
    const { playlistId, source } = first;
    const texts = fitting.map(({ text }) => text);
    const entries = sum(fitting, (page) => page.entries);
    const totalItems = Math.max(...fitting.map((page) => page.totalItems));
    const lines = linesOfPages(playlistId, texts);
    yield* objectOf(
      { playlistId, entries, totalItems, lines },
      source,
      fitting.map((one) => one.source.label).join(", "),
    );
  }

  return { objects: objectsOf(), refused, notes };
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
