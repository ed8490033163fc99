import path from "node:path";
import type { Lake, Progress } from "../lake";
import { count } from "../lake/runReport";
import { describeRepair, repairCatalog } from "../operations/catalog";
import { type Imported, importFiles } from "../operations/importing";
import { filesAt } from "../operations/importing/files";
import { daysOf } from "../operations/replay";
import { addOutcomes, noTally, type Tally, transformAll } from "../operations/transformAll";
import { localDate } from "../spotify/days";
import { type Command, type OptionValues, pipelineOptions, type Terminal, wrongUse } from "./command";
import { dateOfPath, dateOption } from "./dates";
import { refuseWaitingRun, withLake } from "./openLake";
import { createProgress } from "./progress";

const help = `Usage: playlake import FILE... --date YYYY-MM-DD [--replace] [--state DIR | --stack NAME] [OPTIONS]

Brings a history that you have: each playlist in a FILE becomes the raw object of its day, and tables are made of it. A
FILE, or those in a folder and below it, is a playlist with its entries, a page, an array of entries, a map of playlist
id to playlist, or a raw object; plain or gzip. What a FILE does not tell, such as when it was had, stays empty.

  --date YYYY-MM-DD    the day on which it was true (default: the one in FILE's path, .../snapshot_date=DATE/FILE)
  --replace            writes over a raw object that is there; without it that one is kept
  --state DIR          works in this state folder (default: that of the last run)
  --config KEY=VALUE   a setting of the stack, as run takes it
  --stack NAME         works on the deployed stack NAME, whose raw bucket keeps what is written over as an older version.
                       Needs AWS credentials and Pulumi's CLI
  --quiet              prints problems only
  --json               prints what was done as JSON
`;

/** @throws wrong use: no day, or one that is not over anywhere */
function dayOf(file: string, given: string | undefined, today: string): string {
  const day = given ?? dateOfPath(file);
  if (day === undefined) throw wrongUse(`import: give --date YYYY-MM-DD: nothing tells the day of ${file}`);
  if (day > today) throw wrongUse(`import: ${day} is not there yet: today is ${today}`);
  return day;
}

async function transformStored(lake: Lake, keys: readonly string[], tell: (text: string) => void): Promise<Tally> {
  let tally = noTally;
  let through = 0;
  await transformAll(lake, keys, (_batch, outcomes) => {
    tally = addOutcomes(tally, outcomes);
    through += outcomes.length;
    tell(`${through} of ${keys.length}`);
  });
  // The events of what was written are through by then, and change nothing.
  const late = await lake.settle();
  return { ...tally, failures: [...tally.failures, ...late.map((reason) => ({ key: "a late event", reason }))] };
}

async function importIn(lake: Lake, values: OptionValues, files: readonly string[], progress: Progress) {
  const given = dateOption(values, "date");
  const today = localDate(Date.now(), lake.outputs.schedules.timezone);
  const days = new Map(files.map((file) => [file, dayOf(file, given, today)]));
  const imported = await progress.step(
    "import",
    (tell) =>
      importFiles(lake, {
        files,
        dateOf: (file) => days.get(file) ?? today,
        replaces: values.replace === true,
        onProgress: (through) => tell(`${through} of ${count(files.length, "file")}`),
      }),
    describeImported,
  );
  for (const note of imported.notes) progress.warn(note);
  for (const line of imported.refused) progress.warn(line);
  const tally = await progress.step(
    "transform",
    (tell) => transformStored(lake, imported.stored, tell),
    ({ objects, files: made, rows }) =>
      `${count(objects, "object")}: ${count(made, "CSV file")}, ${count(rows, "row")}`,
  );
  for (const { key, reason } of tally.failures) progress.warn(`${key}: ${reason}`);
  const catalog = await progress.step("catalog", () => repairCatalog(lake, daysOf(imported.stored)), describeRepair);
  return { ...imported, tables: tally, catalog };
}

function describeImported({ stored, kept, refused }: Imported): string {
  const parts = [`${count(stored.length, "raw object")} written`];
  if (kept.length > 0) parts.push(`${kept.length} kept as they were`);
  if (refused.length > 0) parts.push(`${count(refused.length, "file")} refused`);
  return parts.join(", ");
}

/** `playlake import`: files of one's own as raw objects of their days. */
export const importCommand: Command = {
  summary: "bring Spotify responses of earlier days into the lake",
  help,
  options: {
    date: { type: "string" },
    replace: { type: "boolean" },
    ...pipelineOptions,
  },
  async run(values, positionals, terminal: Terminal) {
    if (positionals.length === 0) throw wrongUse("import: name at least one FILE");
    dateOption(values, "date");
    const files = await filesAt(positionals.map((file) => path.resolve(terminal.directory, file)));
    const progress = createProgress(terminal, values.quiet === true);
    const result = await withLake({ command: "import", values, terminal, progress }, (lake) => {
      refuseWaitingRun(lake);
      return importIn(lake, values, files, progress);
    });
    if (values.json === true) terminal.out(`${JSON.stringify(result, null, 2)}\n`);
    else if (values.quiet !== true) terminal.out(`${describeImported(result)}.\n`);
    const failures = [...result.refused, ...result.tables.failures.map(({ reason }) => reason)];
    if (failures.length > 0)
      throw new Error(`not all was imported: ${failures[0]}${failures.length > 1 ? " (and more)" : ""}`);
    if (result.catalog.crawl?.error !== undefined) throw new Error(`crawler: ${result.catalog.crawl.error}`);
  },
};
