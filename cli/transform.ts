import path from "node:path";
import { writeOut } from "../lake/exportFiles";
import { groupedBy } from "../lake/lists";
import { refusalReason } from "../operations/importing/readSource";
import { type Source, sourcesAt } from "../operations/importing/sources";
import { localDate } from "../spotify/days";
import { lakeKey } from "../transforms/keys";
import { partNote } from "../transforms/responseFiles";
import { tableNames } from "../transforms/schema";
import { makeTransform, type PlaylistTables } from "../transforms/transform";
import { type Command, commonOptions, printResult, type Terminal, wrongUse } from "./command";
import { dateOfPath, dayOption } from "./dates";
import { answerOf, render } from "./table";

const transformResponses = makeTransform();

type Transformed = Awaited<ReturnType<typeof transformSource>>[number];

/** What a word names: `-` is standard input, and a folder means the responses in it. */
function sourcesOf(word: string, { readInput, directory }: Terminal): Promise<Source[]> | Source[] {
  if (word === "-") return [{ label: "stdin.json", fileName: "stdin.json", read: readInput }];
  return sourcesAt([path.resolve(directory, word)]);
}

async function* bytesOf({ read }: Source): AsyncGenerator<Uint8Array> {
  yield await read();
}

async function transformSource(source: Source, date: string, onWarning: (line: string) => void) {
  const onSkipped = (line: string) => onWarning(`${source.fileName}: ${line}`);
  const playlists = await transformResponses(bytesOf(source), source.fileName, { onSkipped }).catch(
    (error: unknown) => {
      throw new Error(`${source.fileName}: ${refusalReason(error)}`);
    },
  );
  return playlists.map((tables) => ({ source, date, tables }));
}

/** Refuses two files of one playlist and day: one would silently overwrite the other. */
function refuseDoubles(transformed: readonly Transformed[]): void {
  const all = groupedBy(transformed, ({ date, tables }) => `playlist ${tables.playlistId} of ${date}`);
  for (const [what, [one, other]] of all) {
    if (one === undefined || other === undefined) continue;
    throw new Error(`${one.source.label} and ${other.source.label} both hold ${what}; transform one of them`);
  }
}

function write(out: string, transformed: readonly Transformed[]): void {
  for (const { date, tables } of transformed) {
    for (const table of tableNames) {
      writeOut(path.join(out, lakeKey(table, date, tables.playlistId)), Buffer.concat(tables.csv[table]));
    }
  }
}

/** Sums of a record of counts over all playlists, in the order of its keys. */
function total(transformed: readonly Transformed[], of: (tables: PlaylistTables) => Readonly<Record<string, number>>) {
  const sums: Record<string, number> = {};
  for (const { tables } of transformed) {
    for (const [key, count] of Object.entries(of(tables))) sums[key] = (sums[key] ?? 0) + count;
  }
  return sums;
}

export const command: Command = {
  summary: "turn files of Spotify responses into CSV tables",
  usage: "playlake transform FILE... --out DIR [--date DAY] [OPTIONS]",
  about: `Turns Spotify responses into the lake's CSV tables: DIR/TABLE/snapshot_date=DATE/PLAYLIST.csv. A FILE is a raw
object of the extractor, a playlist with its entries, a page, an array of entries, or a map or list of playlists; plain or
gzip. A folder means the files below it, and - means standard input.`,
  options: {
    "out DIR": "the folder for the tables",
    "date DAY": "the day of the tables (default: the one in FILE's path, else today in UTC)",
    quiet: commonOptions.quiet,
    json: "prints the counts as JSON",
  },
  examples: [
    "playlake transform playlist.json --out tables",
    "playlake transform responses/ --out tables --date 2026-11-22",
    "curl ... | playlake transform - --out tables",
  ],
  async run(call) {
    const {
      text: { out },
      positionals: files,
      terminal,
      progress,
    } = call;
    if (files.length === 0) throw wrongUse("transform: name at least one FILE");
    if (out === undefined || out === "") throw wrongUse("transform: --out DIR is missing");
    const given = dayOption(call, "date");
    const transformed: Transformed[] = [];
    for (const word of files) {
      for (const source of await sourcesOf(word, terminal)) {
        const date = given ?? source.day ?? dateOfPath(source.label) ?? localDate(Date.now(), "UTC");
        transformed.push(...(await transformSource(source, date, progress.warn)));
      }
    }
    refuseDoubles(transformed);
    for (const { source, tables } of transformed) partNote(tables, source.fileName).forEach(progress.warn);
    write(path.resolve(terminal.directory, out), transformed);
    if (!call.is.quiet) terminal.err(`into ${out} (CSV files, a folder for each table)\n`);

    const rows = total(transformed, (tables) => tables.rows);
    const itemTypes = total(transformed, (tables) => tables.itemTypes);
    const shown = [
      answerOf(["table", "rows"], Object.entries(rows)),
      answerOf(["item_type", "rows"], Object.entries(itemTypes)),
    ];
    const tables = await Promise.all(shown.map((answer) => render(answer, "table")));
    printResult({ playlists: transformed.length, rows, itemTypes }, tables.join("\n"), call);
  },
};
