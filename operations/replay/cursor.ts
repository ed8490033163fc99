import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../../emulator/files";
import type { Selection } from "./selection";
import { noTally, type Tally } from "./tally";

/** How far a replay has come. */
export interface Progress {
  readonly selection: Selection;
  /** Of the transformer that did it. */
  readonly version: string;
  /** The last raw object up to which all are through. */
  readonly after: string;
  readonly tally: Tally;
}

/** Where a place's replay is remembered, from its first batch to its end. */
export interface Cursor {
  /** How far the same replay had come that did not come to its end; undefined where there was none. */
  find(selection: Selection, version: string): { tally: Tally; after: string } | undefined;
  save(progress: Progress): void;
  clear(): void;
}

/** The cursor of a folder; a file that can't be read counts as none. */
export function openCursor(folder: string): Cursor {
  const file = path.join(folder, "replay.json");
  const read = (): Progress | undefined => {
    try {
      return JSON.parse(readFileSync(file, "utf8")) as Progress;
    } catch {
      return undefined;
    }
  };
  return {
    find: (selection, version) => {
      const last = read();
      const isSame = last?.version === version && JSON.stringify(last.selection) === JSON.stringify(selection);
      return isSame ? { tally: { ...noTally, ...last.tally }, after: last.after } : undefined;
    },
    save: (progress) => {
      makeFolder(folder);
      writeFileSync(`${file}.new`, JSON.stringify(progress));
      renameSync(`${file}.new`, file);
    },
    clear: () => rmSync(file, { force: true }),
  };
}
