import path from "node:path";
import type { Lake, Progress } from "../lake";
import { count } from "../lake/lists";
import { describeRepair, repairCatalog } from "../operations/catalog";
import { type Imported, importSources } from "../operations/importing";
import { type ExplainedSource, explainSources } from "../operations/importing/explain";
import { tryRead } from "../operations/importing/readSource";
import { type Source, sourcesAt } from "../operations/importing/sources";
import { daysOf } from "../operations/replay";
import { localDate } from "../spotify/days";
import { type Call, type Command, pipelineOptions, printResult, stackOption, wrongUse } from "./command";
import { dateOfPath, dayOption } from "./dates";
import { refuseWaitingRun, withLake } from "./openLake";

function knownDay({ day, label }: Source, given: string | undefined): string | undefined {
  return day ?? given ?? dateOfPath(label);
}

/** @throws wrong use if the day is unknown or after `today` */
function dayOf(source: Source, given: string | undefined, today: string): string {
  const day = knownDay(source, given);
  if (day === undefined) throw wrongUse(`import: give --date DAY: the day of ${source.label} is not known`);
  if (day > today) throw wrongUse(`import: ${day} is in the future: today is ${today}`);
  return day;
}

/**
 * Checks the files before a lake is opened. A file that cannot be imported needs no day: it is refused for what it holds.
 * @throws wrong use if a day is unknown, or in the future in every time zone; an error if no file can be imported
 */
async function checkFiles(files: readonly string[], given: string | undefined, { warn }: Progress): Promise<void> {
  const latest = localDate(Date.now(), "Pacific/Kiritimati");
  const refused: string[] = [];
  let canImport = false;
  for (const source of await sourcesAt(files)) {
    const isKnown = knownDay(source, given) !== undefined;
    if (isKnown) dayOf(source, given, latest);
    if (isKnown && canImport) continue;
    const file = await tryRead(source);
    if ("refused" in file) {
      refused.push(`${source.label}: ${file.refused}`);
      continue;
    }
    dayOf(source, given, latest);
    canImport = true;
  }
  if (canImport) return;
  refused.forEach(warn);
  throw new Error(`nothing can be imported: ${count(refused.length, "file")} refused`);
}

async function importIn(lake: Lake, call: Call, files: readonly string[]) {
  const { is, progress } = call;
  const given = dayOption(call, "date");
  const { timezone } = lake.outputs.schedules;
  const today = localDate(Date.now(), timezone);
  const sources = await sourcesAt(files, (ms) => localDate(ms, timezone));
  for (const source of sources) if (knownDay(source, given) !== undefined) dayOf(source, given, today);
  const imported = await progress.step(
    "import",
    (tell) =>
      importSources(lake, {
        sources,
        dayOf: (source) => dayOf(source, given, today),
        replaces: is.replace === true,
        onProgress: (done) => tell(`${done} of ${count(sources.length, "file")}`),
      }),
    ({ tables, ...others }) =>
      `${describeImported(others)}; ${count(tables.files, "CSV file")}, ${count(tables.rows, "row")}`,
  );
  const failures = imported.tables.failures.map(({ key, reason }) => `${key}: ${reason}`);
  for (const line of [...imported.notes, ...imported.refused, ...failures]) progress.warn(line);
  const written = [...imported.stored, ...imported.resumed];
  const catalog = await progress.step("catalog", () => repairCatalog(lake, daysOf(written)), describeRepair);
  return { ...imported, catalog };
}

function describeImported({ stored, kept, resumed, refused }: Omit<Imported, "tables" | "notes">): string {
  const parts = [`${count(stored.length, "raw object")} written`];
  if (kept.length > 0) parts.push(`${kept.length} kept (--replace overwrites)`);
  if (resumed.length > 0) parts.push(`${resumed.length} of an earlier import completed`);
  if (refused.length > 0) parts.push(`${count(refused.length, "file")} refused`);
  return parts.join(", ");
}

function describeExplained({ source, day, form, playlists, notes, refused }: ExplainedSource): string {
  if (refused !== undefined) return `${source}: refused: ${refused}`;
  const whose = day === undefined ? "its day is not known: give --date" : `of ${day}`;
  const lines = playlists.map(({ playlistId, entries, totalItems }) => {
    const part = entries < totalItems ? `${entries.toLocaleString("en-US")} of ` : "";
    return `  ${playlistId}: ${part}${count(Math.max(entries, totalItems), "entry", "entries")}`;
  });
  return [`${source}: ${form}, ${whose}`, ...lines, ...notes.map((note) => `  ${note}`)].join("\n");
}

/** Describes each file. No lake is opened, so a commit's day is in UTC. */
async function explain(call: Call, files: readonly string[]): Promise<void> {
  const given = dayOption(call, "date");
  const sources = await sourcesAt(files);
  const explained = await explainSources(sources, (source) => knownDay(source, given));
  if (call.is.json) printResult(explained, "", call);
  else for (const one of explained) call.terminal.out(`${describeExplained(one)}\n`);
  const refused = explained.filter((one) => one.refused !== undefined);
  if (refused.length > 0) throw new Error(`${count(refused.length, "file")} cannot be imported`);
}

export const command: Command = {
  summary: "import responses and exports of earlier days",
  usage:
    "playlake import FILE... [--date DAY] [--replace] [OPTIONS]\nplaylake import --explain FILE... [--date DAY] [--json]",
  about: `Imports a history that you already have: each playlist in a FILE becomes the raw object of its day, and its tables
are written. A FILE is one of the following, or a folder of them; JSON can be gzipped. What a FILE does not hold stays
unknown.

  Spotify's JSON       a playlist with its entries, pages (several files of one
                       playlist are joined), an array of entries, a map of
                       playlist id to playlist, a list of playlists, or raw
                       objects
  Exportify's CSV      of watsonbox and of exportify.net
  account data         Playlist1.json and so on, and YourLibrary.json, as
                       Spotify sends them on request; unpack the ZIP
  playlist archive     a git checkout of spotify-playlist-archive (one snapshot
                       a day and playlist), or one of its files`,
  options: {
    "date DAY":
      "the day that the files show (default: the day in FILE's path, .../snapshot_date=DATE/FILE, or of the archive's commit)",
    replace: "overwrites raw objects that exist; without it they are kept",
    explain: "shows what each FILE is and what an import would make of it, and writes nothing",
    ...pipelineOptions,
    "state DIR":
      "the lake in this state folder (default: that of the last run; instead of the samples, that of your playlists or .playlake/imported)",
    "stack NAME": stackOption(
      "works on the deployed stack NAME, whose raw bucket keeps what is overwritten as an older version",
    ),
  },
  examples: [
    "playlake import old-playlists/ --date 2024-05-01",
    "playlake import --explain Playlist1.json",
    "playlake import history/ --state .playlake/history",
  ],
  async run(call) {
    const { is, positionals, terminal, progress } = call;
    if (positionals.length === 0) throw wrongUse("import: name at least one FILE");
    const given = dayOption(call, "date");
    const files = positionals.map((file) => path.resolve(terminal.directory, file));
    if (is.explain) return explain(call, files);
    await checkFiles(files, given, progress);
    const result = await withLake({ ...call, makesLake: true }, (lake) => {
      refuseWaitingRun(lake);
      return importIn(lake, call, files);
    });
    printResult(result, `${describeImported(result)}.\n`, call);
    // The reasons were shown.
    const missing = result.refused.length + result.tables.failures.length;
    if (missing > 0) throw new Error(`not all was imported: ${count(missing, "problem")}, listed above`);
    if (result.catalog.crawl?.error !== undefined) throw new Error(`crawler: ${result.catalog.crawl.error}`);
  },
};
