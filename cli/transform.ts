import { createReadStream, existsSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { makeFolder } from "../emulator/files";
import { sourcesAt } from "../operations/importing/sources";
import { localDate } from "../spotify/days";
import { lakeKey } from "../transforms/keys";
import { invalidRaw } from "../transforms/refusal";
import { partNote } from "../transforms/responseFiles";
import { tableNames } from "../transforms/schema";
import { makeTransform, type PlaylistTables } from "../transforms/transform";
import { type Command, commonOptions, printJson, type Terminal, text, wrongUse } from "./command";
import { checkDate, dateOfPath } from "./dates";
import { warn } from "./progress";
import { answerOf, render } from "./table";

const transformResponses = makeTransform();

interface Transformed {
  readonly file: string;
  readonly date: string;
  readonly tables: PlaylistTables;
}

/** Something to transform: a file, or standard input. */
interface Input {
  readonly file: string;
  open(): AsyncIterable<Uint8Array>;
}

/** The inputs that the words name: `-` is standard input, and a folder means the responses in it. */
async function inputsOf(words: readonly string[], terminal: Terminal): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const word of words) {
    const place = path.resolve(terminal.directory, word);
    if (word === "-") inputs.push({ file: "stdin.json", open: () => standardInput(terminal) });
    else if (existsSync(place) && statSync(place).isDirectory()) {
      const sources = await sourcesAt([place], (ms) => localDate(ms, "UTC"));
      inputs.push(...sources.map(({ label }) => ({ file: label, open: () => createReadStream(label) })));
    } else inputs.push({ file: place, open: () => createReadStream(place) });
  }
  return inputs;
}

async function* standardInput({ readInput }: Terminal): AsyncGenerator<Uint8Array> {
  yield await readInput();
}

async function transformFile(
  { file, open }: Input,
  date: string,
  onWarning: (line: string) => void,
): Promise<Transformed[]> {
  try {
    const onSkipped = (line: string) => onWarning(`${path.basename(file)}: ${line}`);
    const playlists = await transformResponses(open(), path.basename(file), { onSkipped });
    return playlists.map((tables) => ({ file, date, tables }));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new Error(`${file} does not exist`);
    if (code !== undefined && code !== invalidRaw) throw new Error(`${file} cannot be read (${code})`);
    throw error;
  }
}

/** Refuses two files of one playlist and day: one would silently overwrite the other. */
function refuseDoubles(transformed: readonly Transformed[]): void {
  const seen = new Map<string, string>();
  for (const { file, date, tables } of transformed) {
    const other = seen.get(`${date}/${tables.playlistId}`);
    if (other !== undefined) {
      throw new Error(`${other} and ${file} both hold playlist ${tables.playlistId} of ${date}; transform one of them`);
    }
    seen.set(`${date}/${tables.playlistId}`, file);
  }
}

async function write(out: string, transformed: readonly Transformed[]): Promise<void> {
  for (const { date, tables } of transformed) {
    for (const table of tableNames) {
      const file = path.join(out, lakeKey(table, date, tables.playlistId));
      try {
        makeFolder(path.dirname(file));
        await writeFile(file, tables.csv[table]);
      } catch (error) {
        throw new Error(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}); choose another --out`);
      }
    }
  }
}

/** Sums of a record of counts over all playlists, in the order of its keys. */
function total<K extends string>(transformed: readonly Transformed[], of: (t: PlaylistTables) => Record<K, number>) {
  const sums: Record<string, number> = {};
  for (const { tables } of transformed) {
    for (const [key, count] of Object.entries<number>(of(tables))) sums[key] = (sums[key] ?? 0) + count;
  }
  return sums;
}

/** `playlake transform`: runs only the transform, from files to files. */
export const command: Command = {
  summary: "turn files of Spotify responses into CSV tables",
  usage: "playlake transform FILE... --out DIR [--date YYYY-MM-DD] [OPTIONS]",
  about: `Turns Spotify responses into the lake's CSV tables: DIR/TABLE/snapshot_date=DATE/PLAYLIST.csv. A FILE is a raw
object of the extractor, a playlist with its entries, a page, an array of entries, or a map or list of playlists; plain or
gzip. A folder means the files below it, and - means standard input.`,
  options: {
    out: { value: "DIR", says: "the folder for the tables" },
    date: { value: "YYYY-MM-DD", says: "the day of the tables (default: the one in FILE's path, else today in UTC)" },
    quiet: commonOptions.quiet,
    json: { says: "prints the counts as JSON" },
  },
  examples: [
    "playlake transform playlist.json --out tables",
    "playlake transform responses/ --out tables --date 2026-11-22",
    "curl ... | playlake transform - --out tables",
  ],
  async run({ values, positionals: files, terminal }) {
    const out = text(values, "out");
    if (files.length === 0) throw wrongUse("transform: name at least one FILE");
    if (out === undefined || out === "") throw wrongUse("transform: --out DIR is missing");
    const given = text(values, "date");
    const date = given === undefined ? undefined : checkDate("--date", given);
    const onWarning = (line: string) => warn(line, terminal);
    const today = new Date().toISOString().slice(0, 10);

    const transformed: Transformed[] = [];
    for (const input of await inputsOf(files, terminal)) {
      transformed.push(...(await transformFile(input, date ?? dateOfPath(input.file) ?? today, onWarning)));
    }
    refuseDoubles(transformed);
    for (const { file, tables } of transformed) {
      partNote(tables, path.basename(file)).forEach(onWarning);
    }
    await write(path.resolve(terminal.directory, out), transformed);
    if (values.quiet !== true) terminal.err(`into ${out} (CSV files, a folder for each table)\n`);

    const rows = total(transformed, (tables) => tables.rows);
    const itemTypes = total(transformed, (tables) => tables.itemTypes);
    if (values.json === true) {
      printJson({ playlists: transformed.length, rows, itemTypes }, terminal);
    } else if (values.quiet !== true) {
      terminal.out(`${await render(answerOf({ table: "varchar", rows: "bigint" }, Object.entries(rows)), "table")}\n`);
      terminal.out(
        await render(answerOf({ item_type: "varchar", rows: "bigint" }, Object.entries(itemTypes)), "table"),
      );
    }
  },
};
