import { rmSync } from "node:fs";
import { join } from "node:path";
import { entriesOf, readJsonIfWhole, replaceFile } from "../files";
import type { ObjectSummary } from "../s3";
import type { Oddity, Verdict } from "./csvClassifier";

export interface Reading extends Verdict {
  compression: "none" | "gzip";
  /** The beginning of its first line, as text. */
  firstLine: string;
  oddities: readonly Oddity[];
  classifiers: string;
}

interface Stored {
  targets: string;
  readings: Reading[];
  /** By their names, as `s3://bucket/key`; the last number is the reading's. */
  objects: Record<string, [size: number, modifiedMs: number, reading: number]>;
}

export type CrawlMemory = ReturnType<typeof openMemory>;

/**
 * Opens a crawler's memory. It is empty if there is none yet, or if the crawler's targets have changed. As in Glue, an
 * unchanged object is not read again, and keeps its classification even if the classifiers have changed since.
 */
export function openMemory(file: string, targets: string) {
  const stored = readJsonIfWhole<Stored>(file);
  const { readings, objects }: Stored = stored?.targets === targets ? stored : { targets, readings: [], objects: {} };
  const numbers = new Map(readings.map((reading, i) => [JSON.stringify(reading), i]));
  return {
    /** The last reading of the object; undefined if the object is new or has changed. */
    recall(name: string, { size, modifiedMs }: ObjectSummary): Reading | undefined {
      const [knownSize, knownMs, reading = 0] = objects[name] ?? [];
      return knownSize === size && knownMs === modifiedMs ? readings[reading] : undefined;
    },
    /** Records the reading of an object. Returns the first reading that was equal to it. */
    note(name: string, { size, modifiedMs }: ObjectSummary, reading: Reading): Reading {
      const text = JSON.stringify(reading);
      const number = numbers.get(text) ?? readings.push(reading) - 1;
      numbers.set(text, number);
      objects[name] = [size, modifiedMs, number];
      return readings[number] ?? reading;
    },
    keep: (): void => replaceFile(file, JSON.stringify({ targets, readings, objects } satisfies Stored)),
  };
}

export function memoryFile(stateDir: string, crawler: string): string {
  return join(folderOf(stateDir), `${encodeURIComponent(crawler)}.crawled.json`);
}

/**
 * Removes the memories of crawlers that no longer exist, as a crawler that is created again starts empty, and those of
 * earlier versions, which were lines. No crawler may be running.
 */
export function forgetOthers(stateDir: string, crawlers: readonly string[]): void {
  const kept = new Set(crawlers.map((crawler) => memoryFile(stateDir, crawler)));
  const found = entriesOf(folderOf(stateDir)).filter(({ name }) => /\.crawled\.jsonl?$/.test(name));
  for (const file of found.map(({ name }) => join(folderOf(stateDir), name))) if (!kept.has(file)) rmSync(file);
}

function folderOf(stateDir: string): string {
  return join(stateDir, "glue");
}
