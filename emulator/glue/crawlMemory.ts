import { appendFileSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder, replaceFile } from "../files";
import type { Oddity, Verdict } from "./csvClassifier";

/** What the crawler read from an object. */
export interface Reading {
  compression: "none" | "gzip";
  /** The beginning of its first line, as text. */
  firstLine: string;
  oddities: readonly Oddity[];
  verdict: Verdict;
  /** The classifiers in use. */
  classifiers: string;
}

/** An object as listed. */
interface ObjectState {
  bucket: string;
  key: string;
  /** In bytes. */
  size: number;
  modifiedMs: number;
}

/**
 * What a crawler remembers about the objects that it has read. As in Glue, an unchanged object is not read again, and keeps
 * its classification even if the classifiers have changed since.
 */
export interface CrawlMemory {
  /** The last reading of the object; undefined if the object is new or has changed. */
  recall(object: ObjectState): Reading | undefined;
  /** Records the reading of an object. Returns the first reading that was equal to it. */
  note(object: ObjectState, reading: Reading): Reading;
  /** Stores on disk what was recorded since the last call. */
  keep(): void;
}

type Line = ["targets", string] | ["reading", Reading] | ["object", string, number, number, number];

/**
 * Opens a crawler's memory. It is empty if there is none yet, or if the crawler's targets have changed.
 * @param file lines of JSON: readings, and objects that refer to their reading by number
 */
export function openMemory(file: string, targets: string): CrawlMemory {
  const readings: Reading[] = [];
  const numbers = new Map<string, number>();
  const objects = new Map<string, { size: number; modifiedMs: number; reading: number }>();
  let pending: Line[] = [];

  function addReading(reading: Reading): number {
    const text = JSON.stringify(reading);
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, readings.length);
    return readings.push(reading) - 1;
  }

  const lines = readLines(file);
  const [first] = lines;
  if (first?.[0] === "targets" && first[1] === targets) {
    for (const line of lines) {
      if (line[0] === "reading") addReading(line[1]);
      if (line[0] !== "object") continue;
      const [, path, size, modifiedMs, reading] = line;
      objects.set(path, { size, modifiedMs, reading });
    }
  } else {
    rmSync(file, { force: true });
    pending.push(["targets", targets]);
  }

  return {
    recall({ bucket, key, size, modifiedMs }) {
      const known = objects.get(`${bucket}/${key}`);
      return known?.size === size && known.modifiedMs === modifiedMs ? readings[known.reading] : undefined;
    },
    note({ bucket, key, size, modifiedMs }, reading) {
      const isNew = !numbers.has(JSON.stringify(reading));
      const number = addReading(reading);
      if (isNew) pending.push(["reading", reading]);
      objects.set(`${bucket}/${key}`, { size, modifiedMs, reading: number });
      pending.push(["object", `${bucket}/${key}`, size, modifiedMs, number]);
      return readings[number] ?? reading;
    },
    keep() {
      makeFolder(dirname(file));
      if (pending.length > 0) appendFileSync(file, pending.map((line) => `${JSON.stringify(line)}\n`).join(""));
      pending = [];
    },
  };
}

const suffix = ".crawled.jsonl";

/** The file that stores a crawler's memory. */
export function memoryFile(folder: string, crawler: string): string {
  return join(folder, `${encodeURIComponent(crawler)}${suffix}`);
}

/** Removes the memories of crawlers that no longer exist: a crawler that is created again starts empty. */
export function forgetOthers(folder: string, crawlers: readonly string[]): void {
  const kept = new Set(crawlers.map((crawler) => memoryFile(folder, crawler)));
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (name.endsWith(suffix) && !kept.has(file)) rmSync(file);
  }
}

/** Removes objects from the memories of all crawlers of a state. No crawler may be running. */
export function forgetCrawled(stateDir: string, isForgotten: (key: string) => boolean): void {
  const folder = join(stateDir, "glue");
  for (const name of readdirSync(folder).filter((one) => one.endsWith(suffix))) {
    const file = join(folder, name);
    const kept = readLines(file).filter((line) => line[0] !== "object" || !isForgotten(line[1]));
    replaceFile(file, kept.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }
}

/** Empty if a line is not JSON, such as after a killed process: then everything is read again. */
function readLines(file: string): Line[] {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Line);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError) return [];
    throw error;
  }
}
