// Both catalogs give the same answers, and simulated days are those of the stack's time zone.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CatalogMode } from "../../components/arguments/rules";
import { openAthena } from "../../emulator/athena";
import { tableNames } from "../../transforms/schema";
import { type Answers, answersOf, tablesOf } from "../support/answers";
import { crawlSmallLake, smallLakes, writeSmallLake } from "../support/catalogLakes";
import { oneSource, runDue, sampleSource, stateFolder, withPipeline } from "../support/pipeline/pipelines";

const test = suite("pipeline/catalogs");

test("declared and inferred give the same answers to everything", async () => {
  const answers = new Map<string, Record<string, string>>();
  for (const [catalog, crawlSchedule] of [
    ["declared", "none"],
    ["declared", ""],
    ["inferred", ""],
  ] as const) {
    const config = { "playlake:catalog": catalog, "playlake:crawlSchedule": crawlSchedule };
    const options = { source: await sampleSource(), config };
    await withPipeline(options, async (pipeline, stateDir) => {
      const reports = await runDue(pipeline, stateDir);

      assert.equal(
        reports.map(({ failures }) => failures),
        [[], [], []],
        catalog,
      );
      assert.equal(
        reports.map(({ crawls }) => crawls.map(({ status }) => status)),
        // The first of the sample's days, 2026-11-01, is a Sunday: the weekly crawl's day.
        catalog === "inferred" ? Array(3).fill(["SUCCEEDED"]) : [crawlSchedule === "none" ? [] : ["SUCCEEDED"], [], []],
      );
      // A crawl of declared tables changes no table, and named queries ask nothing else.
      const ask = catalog === "declared" && crawlSchedule === "" ? tablesOf : answersOf;
      answers.set(`${catalog} ${crawlSchedule}`, await ask(stateDir));
    });
  }
  const declared = answers.get("declared none") ?? {};
  const names = Object.keys(declared);
  for (const table of tableNames) assert.is(names.includes(table) && names.includes(`csv_${table}`), true, table);
  assert.is(names.length > 2 * tableNames.length, true, "named queries too");
  const tables = tableNames.flatMap((table) => [table, `csv_${table}`]);
  const empty = names.filter((name) => (JSON.parse(declared[name] ?? "") as { rows: unknown[] }).rows.length === 0);
  assert.equal(
    empty.filter((name) => tables.includes(name)),
    [],
  );
  // Three days are not enough for every question.
  assert.is(empty.length * 2 < names.length - tables.length, true, `${empty} have no rows`);
  for (const [catalog, found] of answers) {
    const asked = Object.keys(found);
    assert.equal(asked.sort(), (catalog === "declared " ? tables : names).toSorted(), catalog);
    assert.equal(
      asked.filter((name) => found[name] !== declared[name]),
      [],
      catalog,
    );
  }
});

for (const lake of smallLakes) {
  test(`${lake.title}: both catalogs answer the same`, async () => {
    const written = stateFolder();
    try {
      await writeSmallLake(lake, written.stateDir);
      const ask = async (catalog: CatalogMode, answersIn: (stateDir: string) => Promise<Answers>) => {
        const { stateDir, remove } = stateFolder();
        try {
          await crawlSmallLake(catalog, lake, written.stateDir, stateDir);
          return await answersIn(stateDir);
        } finally {
          remove();
        }
      };
      const declared = await ask("declared", answersOf);
      // Named queries ask the views: equal views give equal answers.
      const inferred = await ask("inferred", tablesOf);
      for (const [name, answer] of Object.entries(inferred)) assert.is(answer, declared[name], name);
      assert.is(Object.keys(inferred).length, 2 * tableNames.length);
      const { rows } = JSON.parse(declared.playlists ?? "") as { rows: unknown[] };
      assert.is(rows.length, lake.stored.flat().length);
    } finally {
      written.remove();
    }
  });
}

/** A schedule in a zone, and of the first of its runs the instant and the local date under which it is filed. */
const times: readonly [timezone: string, schedule: string, crawl: string, instant: string, day: string][] = [
  ["Pacific/Auckland", "cron(0 6 * * ? *)", "", "2026-10-31T17:00:00.000Z", "2026-11-01"],
  // Summer time ends on this 1 November.
  ["America/Los_Angeles", "cron(0 6 * * ? *)", "", "2026-11-01T14:00:00.000Z", "2026-11-01"],
  // The crawl is on the next day already.
  ["America/Los_Angeles", "cron(30 23 * * ? *)", "cron(0 0 * * ? *)", "2026-11-02T07:30:00.000Z", "2026-11-01"],
  ["Pacific/Auckland", "cron(30 23 * * ? *)", "cron(0 0 * * ? *)", "2026-11-01T10:30:00.000Z", "2026-11-01"],
  ["UTC", "rate(1 day)", "cron(30 6 * * ? *)", "2026-11-01T00:00:00.000Z", "2026-11-01"],
  ["Pacific/Auckland", "rate(1 day)", "cron(30 13 * * ? *)", "2026-11-01T00:00:00.000Z", "2026-11-01"],
  // Only on working days: Sunday the 1st is left out.
  ["Asia/Kathmandu", "cron(15 0 ? * MON-FRI *)", "", "2026-11-01T18:30:00.000Z", "2026-11-02"],
];

/** An instant or a date, and the same of the two days after. */
function threeDays(first: string): string[] {
  const dayMs = 24 * 60 * 60 * 1000;
  return [0, 1, 2].map((n) => new Date(Date.parse(first) + n * dayMs).toISOString().slice(0, first.length));
}

for (const [timezone, schedule, crawlSchedule, firstInstant, firstDay] of times) {
  test(`${schedule} in ${timezone}: runs have local dates`, async () => {
    const days = threeDays(firstDay);
    const config = {
      "playlake:timezone": timezone,
      "playlake:schedule": schedule,
      "playlake:crawlSchedule": crawlSchedule,
    };
    await withPipeline({ source: await oneSource(), config }, async (pipeline, stateDir) => {
      const planned = pipeline.runsAfter(undefined, 3).map((instant) => instant.toISOString());
      assert.equal(planned, threeDays(firstInstant));

      const reports = await runDue(pipeline, stateDir);

      assert.equal(
        reports.map(({ failures }) => failures),
        [[], [], []],
      );
      // A catch-up between run and crawl finds the day complete.
      assert.equal(
        reports.map(({ extracted }) =>
          extracted.filter((result) => !result.alreadyComplete).map((r) => r.snapshotDate),
        ),
        days.map((day) => [day]),
      );
      const athena = await openAthena({ stateDir });
      const { rows } = await athena.query("select snapshot_date, extracted_at from playlists");
      athena.close();
      const local = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" });
      const filed = new Set<string>();
      for (const [day, extractedAt] of rows) {
        const extracted = new Date(`${String(extractedAt).replace(" ", "T")}Z`);
        assert.is(String(day), local.format(extracted));
        filed.add(String(day));
      }
      assert.equal([...filed].sort(), days);
    });
  });
}

test.run();
