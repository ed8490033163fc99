import { isUtf8 } from "node:buffer";
import type { TableName } from "../schema";
import { declarations } from "./declarations";
import { scannerModule } from "./module";
import { KeySet, Stop, Table } from "./numbers";

/** Adds a key to a set. Returns whether it is new. */
export type AddKey = (key: string) => boolean;

/** A page's line whose entries are in the scanner. */
export interface ScannedLine {
  /** The line with an empty list in place of its entries. */
  readonly rest: Buffer;
  /** How many entries it holds. */
  readonly count: number;
}

/** Reads a playlist's lines without making objects of them, writes its rows, and remembers its keys. */
export interface Scanner {
  /** Reads a line; `undefined` if it is not valid JSON, holds no page or is too large. */
  scan(line: Buffer): ScannedLine | undefined;
  /**
   * Writes the rows of the scanned entries, in order.
   * @param firstPosition below 2^31, as all positions
   * @param onIrregular gets a JSON list of neighbouring entries whose rows the caller has to append, and the position after them
   */
  addRows(firstPosition: number, onIrregular: (json: Buffer, nextPosition: number) => void): void;
  /** Appends rows to a table's. */
  append(table: TableName, csv: Uint8Array): void;
  /** The sets of keys that were seen. */
  readonly keySets: {
    readonly tracks: AddKey;
    readonly artists: AddKey;
    readonly albums: AddKey;
    readonly episodes: AddKey;
  };
  /** Passes on all rows. Returns how many the scanner wrote of each table. */
  finish(): { readonly [T in TableName]?: number };
  /** Ends it, also without `finish`. It cannot be used afterwards. */
  close(): void;
}

/** Takes the next bytes of a table. */
type TakeCsv = (table: TableName, csv: Uint8Array) => unknown;

/** The module's exports; those that are not functions are addresses and numbers. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  declareMember(shape: number, nameLength: number, action: number, target: number): void;
  declareColumn(table: number, slot: number): void;
  startPlaylist(idLength: number): void;
  addKey(set: number, length: number): number;
  scan(length: number): number;
  startRows(firstPosition: number): void;
  writeRows(): Stop;
}

type Address =
  | "input"
  | "inputBytes"
  | "output"
  | "outputBytes"
  | "outputEnds"
  | "rowCounts"
  | "scratch"
  | "entriesStart"
  | "entriesEnd"
  | "entryCount"
  | "irregularStart"
  | "irregularEnd"
  | "position";

type Instance = Exports & { readonly [name in Address]: { readonly value: number } };

/** Node's own, which its type declarations of version 20 do not have. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Instance };
};

/**
 * Begins a playlist. `null` if the runtime cannot run the module, because WebAssembly, its SIMD or the memory is missing;
 * everything is parsed then.
 */
type StartScanner = (playlistId: string, take: TakeCsv) => Scanner | null;

/** Makes `StartScanner`. An instance of the module serves one playlist after the other. */
export function makeStartScanner(): StartScanner {
  const { from: toBuffer, concat } = Buffer;
  const { entries } = Object;
  const isWhole = isUtf8;
  const Words = Uint32Array;
  const [tracks, artists, albums, episodes] = [KeySet.Tracks, KeySet.Artists, KeySet.Albums, KeySet.Episodes];
  const [done, full] = [Stop.Done, Stop.Full];
  const indexOf: { readonly [table: string]: string | number | undefined } = Table;
  const names = entries(Table).filter(([, index]) => typeof index === "number" && index < Table.End) as [
    TableName,
    number,
  ][];
  const base64 = scannerModule;
  const { members, columns } = declarations();
  const emptyList = toBuffer("[]");
  const [opening, closing] = [toBuffer("["), toBuffer("]")];
  let module: object | undefined;
  let isRunnable = true;
  /** Instances that no playlist uses. */
  const free: Instance[] = [];

  function makeInstance(): Instance {
    const { Module, Instance } = WebAssembly;
    module ??= new Module(toBuffer(base64, "base64"));
    const { exports } = new Instance(module);
    const memory = toBuffer(exports.memory.buffer);
    for (const [shape, name, action, target] of members) {
      exports.declareMember(shape, memory.write(name, exports.scratch.value), action, target);
    }
    for (const [table, slot] of columns) exports.declareColumn(table, slot);
    return exports;
  }

  function startOn(instance: Instance, playlistId: string, take: TakeCsv): Scanner {
    const [input, inputBytes] = [instance.input.value, instance.inputBytes.value];
    const [output, outputBytes] = [instance.output.value, instance.outputBytes.value];
    const scratch = instance.scratch.value;
    let memory = toBuffer(instance.memory.buffer);
    let outputEnds = new Words(instance.memory.buffer, instance.outputEnds.value, names.length);

    /** A module's memory gets a new buffer when it grows. */
    function refresh(): void {
      const { buffer } = instance.memory;
      if (memory.buffer === buffer) return;
      memory = toBuffer(buffer);
      outputEnds = new Words(buffer, instance.outputEnds.value, names.length);
    }

    function addTo(set: KeySet): AddKey {
      return (key) => {
        const isNew = instance.addKey(set, memory.write(key, scratch)) !== 0;
        refresh();
        return isNew;
      };
    }

    /** Passes on a table's output, as a copy. */
    function flush(table: TableName, index: number): void {
      const start = output + index * outputBytes;
      const end = outputEnds[index] as number;
      if (end > start) take(table, toBuffer(memory.subarray(start, end)));
      outputEnds[index] = start;
    }

    function flushAll(): void {
      for (const [table, index] of names) flush(table, index);
    }

    instance.startPlaylist(memory.write(playlistId, scratch));
    refresh();

    return {
      scan(line) {
        if (line.length > inputBytes || !isWhole(line)) return void 0;
        line.copy(memory, input);
        if (instance.scan(line.length) === 0) return void 0;
        const before = line.subarray(0, instance.entriesStart.value - input);
        const after = line.subarray(instance.entriesEnd.value - input);
        return { rest: concat([before, emptyList, after]), count: instance.entryCount.value };
      },
      addRows(firstPosition, onIrregular) {
        instance.startRows(firstPosition);
        for (let stop = instance.writeRows(); stop !== done; stop = instance.writeRows()) {
          refresh();
          if (stop === full) flushAll();
          else {
            const listed = memory.subarray(instance.irregularStart.value, instance.irregularEnd.value);
            onIrregular(concat([opening, listed, closing]), instance.position.value);
          }
        }
        refresh();
      },
      append(table, csv) {
        const index = indexOf[table];
        if (typeof index !== "number") {
          take(table, csv);
          return;
        }
        if ((outputEnds[index] as number) - output - index * outputBytes + csv.length > outputBytes / 4)
          flush(table, index);
        const end = outputEnds[index] as number;
        if (csv.length > outputBytes / 4) take(table, csv);
        else {
          memory.set(csv, end);
          outputEnds[index] = end + csv.length;
        }
      },
      keySets: { tracks: addTo(tracks), artists: addTo(artists), albums: addTo(albums), episodes: addTo(episodes) },
      finish() {
        flushAll();
        const counts = new Words(instance.memory.buffer, instance.rowCounts.value, names.length);
        return Object.fromEntries(names.map(([table, index]) => [table, counts[index] as number]));
      },
      close: () => void free.push(instance),
    };
  }

  return (playlistId, take) => {
    try {
      const instance = free.pop() ?? (isRunnable ? makeInstance() : null);
      return instance === null ? null : startOn(instance, playlistId, take);
    } catch {
      isRunnable = false;
      return null;
    }
  };
}
