/** What a reader sees of a report: a real lake, the real command, a real browser. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Athena, openAthena } from "../../emulator/athena";
import { namedQueries } from "../../queries";
import { reportOf } from "../../report";
import { dayText } from "../../report/days";
import { number, percent } from "../../report/markup";
import { artistSharesSql, entryKindsSql, longestStaysSql } from "../../report/questions";
import { findChromium, openChromium } from "../support/browser";
import { writeLake } from "../support/queries/history/lakeFolder";
import { replay, type StoredDay } from "../support/queries/history/replay";
import { simulate } from "../support/queries/history/simulate";
import { madeUpAnswers } from "../support/report/answers";
import { belowAA, marksOf, overflowing, type Seen, tablesOf } from "../support/report/seen";
import { run } from "../support/terminal";

const test = suite("report/browser");

const chromium = findChromium();
const names = [`<b onclick="x()">"Loud" & 'Low'</b>`, "שקט 🌙 \u202e \\ مساء", "Late"];

let folder: string;
let athena: Athena;
let browser: Browser;
let file: string;

/** A page with the report at that width; `seen` collects what must stay empty. */
async function open(width: number, colorScheme: "light" | "dark", shown = file): Promise<{ page: Page; seen: Seen }> {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  const seen: Seen = { requests: [], complaints: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => seen.complaints.push(message.text()));
  page.on("pageerror", (error) => seen.complaints.push(error.message));
  await page.goto(pathToFileURL(shown).href);
  return { page, seen };
}

/** Gives a stored playlist a hostile name. */
function renamed(days: StoredDay[], playlist: number): StoredDay[] {
  return days.map((day) => ({ ...day, name: names[playlist] ?? day.name }));
}

if (chromium === undefined) console.log("skipped: no Chromium on PATH, and CHROMIUM names none");
else {
  test.before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "playlake-report-"));
    const stored = replay(simulate({ seed: 5, playlists: 3, days: 25, sizes: [15, 60] })).map(renamed);
    const [first = []] = stored;
    // At least one day without a run.
    stored[0] = first.filter((_, day) => day !== 9);
    await writeLake(stored, folder);
    file = path.join(folder, "page.html");
    const { exitCode, err } = await run(["report", "--state", folder, "--out", "page.html", "--quiet"], {
      home: folder,
    });
    assert.is(exitCode, 0, err);
    athena = await openAthena({ stateDir: folder });
    browser = await openChromium(chromium);
  });

  test.after(async () => {
    await browser?.close();
    athena?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const width of [320, 1280]) {
    for (const scheme of ["light", "dark"] as const) {
      test(`at ${width} pixels, ${scheme}, everything fits and is legible`, async () => {
        const { page, seen } = await open(width, scheme);

        assert.equal(seen, { requests: [pathToFileURL(file).href], complaints: [] });
        assert.equal(await page.evaluate(overflowing), [], "before the tables are opened");
        await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
        assert.equal(await page.evaluate(overflowing), [], "with all tables open");
        assert.equal(await page.evaluate(belowAA), []);
        const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
        assert.is(background, scheme === "light" ? "rgb(247, 246, 243)" : "rgb(18, 20, 23)");
        const sizes = (await page.evaluate(
          "[...document.querySelectorAll('svg[role=img]')].map((svg) => { const box = svg.getBoundingClientRect(); return [box.width, box.height]; })",
        )) as [number, number][];
        assert.is(sizes.length, 3 * 6);
        assert.equal(
          sizes.filter(([w, h]) => w < 200 || w > width || h < 120),
          [],
        );
        await page.close();
      });
    }
  }

  test("the checks find deliberate faults", async () => {
    const { page } = await open(320, "light");

    await page.evaluate("document.documentElement.style.setProperty('--soft', '#999999')");
    await page.evaluate("document.documentElement.style.setProperty('--came', '#bbbbbb')");
    await page.evaluate("document.querySelector('nav').style.width = '400px'");

    const faint = (await page.evaluate(belowAA)) as string[];
    assert.ok(faint.some((line) => line.includes('<p class="lead"')) && faint.some((line) => line.includes("<rect")));
    const wide = (await page.evaluate(overflowing)) as string[];
    assert.ok(
      wide.some((line) => line.startsWith("<nav")) && wide.some((line) => line.startsWith("page: ")),
      wide.join(),
    );
    await page.close();
  });

  test("figures have one mark per value of the answers", async () => {
    const { page } = await open(1280, "light");
    const ask = async (sql: string) => (await athena.query(sql)).rows;
    const ids = await idsByName();

    for (const [place, id] of ids.entries()) {
      const marks = await marksOf(page, place + 1);
      const own = `from (${namedQuery("changes-by-day")}) as c where playlist_id = '${id}'`;
      const [[came, went] = []] = await ask(`select count_if(came > 0), count_if(went > 0) ${own}`);
      const [[days] = []] = await ask(`select count(*) from playlist_size where playlist_id = '${id}'`);
      const [[known] = []] = await ask(`select count(*) from (${entryKindsSql}) as k where playlist_id = '${id}'`);
      const [[years] = []] = await ask(
        `select count(*) from (${namedQuery("release-years")}) as y where playlist_id = '${id}' and release_year is not null`,
      );
      const [[stays] = []] = await ask(`select count(*) from (${longestStaysSql}) as s where playlist_id = '${id}'`);
      const [[artists] = []] = await ask(
        `select count(distinct place) from (${artistSharesSql}) as s where playlist_id = '${id}'`,
      );
      assert.equal(
        marks,
        {
          Size: { dots: Number(days), bars: 0, lines: 1 },
          "Added and removed by day": { dots: 0, bars: Number(came) + Number(went), lines: 0 },
          "Artists' share": { dots: 0, bars: 0, lines: Number(artists) },
          "Release years": { dots: 0, bars: Number(years), lines: 0 },
          "Explicit and unavailable": { dots: 2 * Number(known), bars: 0, lines: 2 },
          "Longest stays": { dots: 0, bars: Number(stays), lines: 0 },
        },
        names[place] ?? "",
      );
    }
    await page.close();
  });

  test("tables have the answers' values in their order", async () => {
    const { page } = await open(1280, "light");
    const ask = async (sql: string) => (await athena.query(sql)).rows;
    const n = (value: unknown) => number(Number(value));
    const p = (value: unknown) => percent(Number(value));

    for (const [place, id] of (await idsByName()).entries()) {
      const of = (name: string) => `from (${namedQuery(name)}) as q where playlist_id = '${id}'`;
      const tables = await tablesOf(page, place + 1);
      assert.equal(
        tables.Size,
        (
          await ask(
            `select snapshot_date, entries, tracks, episodes, unavailable, unreadable ${of("size-by-day")} order by 1 desc`,
          )
        ).map(([day, ...counts]) => [dayText(String(day)), ...counts.map(n)]),
      );
      assert.equal(
        tables["Added and removed by day"],
        (await ask(`select snapshot_date, came, went, moved ${of("changes-by-day")} order by 1 desc`)).map(
          ([day, ...counts]) => [dayText(String(day)), ...counts.map(n)],
        ),
      );
      const years = await ask(`select release_year, entries ${of("release-years")} order by 1 desc nulls last`);
      assert.equal(
        tables["Release years"],
        years.map(([year, entries]) => [year === null ? "not known" : String(year), n(entries)]),
      );
      const kinds =
        await ask(`select snapshot_date, explicit_entries, explicit_entries * 1e0 / (entries - unknown_entries), unavailable,
        unavailable * 1e0 / entries from (${entryKindsSql}) as k where playlist_id = '${id}' order by 1 desc`);
      assert.equal(
        tables["Explicit and unavailable"],
        kinds.map(([day, explicit, share, lost, lostShare]) => [
          dayText(String(day)),
          n(explicit),
          p(share),
          n(lost),
          p(lostShare),
        ]),
      );
      const stays = await ask(`select name, first_artist_or_show, days, from_date,
        case when is_current then null else to_date end, added_on from (${longestStaysSql}) as s where playlist_id = '${id}'`);
      const day = (value: unknown, otherwise: string) => (value === null ? otherwise : dayText(String(value)));
      assert.equal(
        tables["Longest stays"],
        stays.map(([name, maker, days, from, to, added]) => [
          ...[
            String(name ?? "no name"),
            String(maker ?? ""),
            n(days),
            day(from, ""),
            day(to, "still there"),
            day(added, "not known"),
          ],
        ]),
      );
      const shares = await ask(`select s.snapshot_date, max(case when place = 1 then share else 0 end),
        max(case when place = 5 then share else 0 end) from (${artistSharesSql}) as s where playlist_id = '${id}'
        group by 1 order by 1 desc`);
      assert.equal(
        tables["Artists' share"]?.map((row) => [row[0], row[1], row[5]]),
        shares.map(([day, first, fifth]) => [dayText(String(day)), p(first), p(fifth)]),
      );
    }
    await page.close();
  });

  test("a screen reader gets headings, image descriptions and table headers", async () => {
    const { page } = await open(1280, "dark");

    const found = await page.evaluate(`({
      h1: document.querySelectorAll("h1").length,
      names: [...document.querySelectorAll("section[id^=playlist-] h2")].map((h) => h.textContent),
      directions: [...document.querySelectorAll("section[id^=playlist-] h2")].map((h) => getComputedStyle(h).direction),
      figures: [...document.querySelectorAll("figure")].filter((f) => !f.querySelector("figcaption h3")).length,
      images: [...document.querySelectorAll("svg:not([aria-hidden] svg)")].filter((s) => s.getAttribute("role") !== "img" || !s.getAttribute("aria-label")).length,
      tables: [...document.querySelectorAll("table")].filter((t) => !t.caption || t.querySelector("th:not([scope])")).length,
      scripts: document.querySelectorAll("script:not([src])").length,
      others: document.querySelectorAll("script[src], img, [onclick], [style]").length,
    })`);

    const shown = [names[0], "Late", names[1]];
    assert.equal(found, {
      ...{ h1: 1, names: shown, directions: ["ltr", "ltr", "rtl"] },
      ...{ figures: 0, images: 0, tables: 0, scripts: 2, others: 0 },
    });
    await page.close();
  });

  test("on a phone, a table of contents leads to 50 playlists", async () => {
    const { html } = await reportOf(
      madeUpAnswers({ playlists: 50, days: 3, nameOf: (n) => `${"Long".repeat(30)} ${n}` }),
    );
    const many = path.join(folder, "many.html");
    writeFileSync(many, html);

    const { page } = await open(320, "light", many);
    assert.equal(await page.evaluate(overflowing), []);
    await page.click("nav a[href='#playlist-50']");

    assert.ok(
      Math.abs((await page.evaluate("document.getElementById('playlist-50').getBoundingClientRect().top")) as number) <
        800,
    );
    await page.close();
  });

  test("the same lake gives the same page, which replaces the old one", async () => {
    const before = readFileSync(file, "utf8");

    const { exitCode, out } = await run(["report", "--state", folder, "--out", "page.html"], { home: folder });

    assert.equal([exitCode, out], [0, `${file}\n`]);
    assert.ok(readFileSync(file, "utf8") === before);
  });
}

/** A named query's SQL. */
function namedQuery(name: string): string {
  return namedQueries.find((query) => query.name === name)!.sql;
}

/** The ids of the playlists in the page's order. */
async function idsByName(): Promise<string[]> {
  const { rows } = await athena.query(`select playlist_id from playlists group by playlist_id
    order by lower(max(name)), playlist_id`);
  return rows.map(([id]) => String(id));
}

test.run();
