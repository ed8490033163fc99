/** The page's time machine, against the edit log of a simulated history, in a real browser. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { findChromium, openChromium } from "../support/browser";
import { factsOf } from "../support/queries/history/catalog";
import { writeLake } from "../support/queries/history/lakeFolder";
import { replay, type StoredDay } from "../support/queries/history/replay";
import { simulate } from "../support/queries/history/simulate";
import { run } from "../support/terminal";

const test = suite("report/timeMachine");
const chromium = findChromium();

let folder: string;
let browser: Browser;
let file: string;
let stored: StoredDay[][];
/** Keys that were served with a name on any day. */
let named: Set<string | null>;

async function open(width = 1200, colorScheme: "light" | "dark" = "light", hash = "") {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${pathToFileURL(file).href}${hash}`);
  await page.waitForSelector("#time-machine:not([hidden])");
  return { page, complaints };
}

/** Titles of the shown list, without removed entries. */
const listed = (page: Page) =>
  page.evaluate(
    "[...document.querySelectorAll('#list-body tr:not(.removed) th bdi')].map((title) => title.textContent)",
  ) as Promise<string[]>;

/** What the page calls the entries of a day: each item by its last known name in any list. */
function titlesOf(day: StoredDay): string[] {
  return day.entries.map(({ item, availability }) => {
    if (item.kind === "unreadable" && availability !== "noItem") return "an entry that could not be read";
    if (availability === "noItem") return "no longer available on Spotify";
    return named.has(factsOf(item).key) ? String(factsOf(item).name) : "no name";
  });
}

const textOf = (page: Page, id: string) => page.textContent(`#${id}`).then((text) => text ?? "");

if (chromium === undefined) console.log("skipped: no Chromium on PATH, and CHROMIUM names none");
else {
  test.before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "playlake-time-machine-"));
    stored = replay(simulate({ seed: 11, playlists: 3, days: 30, sizes: [10, 40] }));
    const entries = stored.flat().flatMap((day) => day.entries);
    named = new Set(
      entries.filter(({ availability }) => availability === "there").map(({ item }) => factsOf(item).key),
    );
    await writeLake(stored, folder);
    file = path.join(folder, "page.html");
    const { exitCode, err } = await run(["report", "--state", folder, "--out", "page.html", "--quiet"], {
      home: folder,
    });
    assert.is(exitCode, 0, err);
    browser = await openChromium(chromium);
  });

  test.after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("every list on every stored day matches the edit log", async () => {
    const { page, complaints } = await open();
    const options = (await page.evaluate(
      "[...document.querySelectorAll('#playlist option')].map((option) => option.textContent)",
    )) as string[];
    assert.is(options.length, stored.length);
    let compared = 0;
    for (const days of stored) {
      const name = days.findLast((day) => day.name !== "")?.name ?? "";
      await page.selectOption("#playlist", { label: name });
      for (const [index, day] of days.entries()) {
        await page.evaluate(
          `{ const day = document.getElementById("day"); day.value = ${index}; day.dispatchEvent(new Event("input")); }`,
        );
        assert.equal(await listed(page), titlesOf(day), `${name}, day ${index}`);
        compared += 1;
      }
    }
    assert.equal([compared > 60, complaints], [true, []]);
    await page.close();
  });

  test("arrow keys change the day, buttons go to days with changes", async () => {
    const { page } = await open();
    const last = await textOf(page, "day-name");

    await page.focus("#day");
    await page.keyboard.press("ArrowLeft");
    const before = await textOf(page, "day-name");
    await page.keyboard.press("End");
    await page.click("#previous-change");

    assert.is.not(before, last);
    assert.match(await textOf(page, "list-status"), /(added|removed|moved) since/);
    assert.ok(Number(await page.evaluate("document.querySelectorAll('#day-changes li').length")) > 0);
    await page.close();
  });

  test("the address names the list and the day", async () => {
    const { page } = await open();
    await page.focus("#day");
    await page.keyboard.press("Home");
    const address = String(await page.evaluate("location.hash"));
    await page.close();

    const { page: again } = await open(1200, "light", address);

    assert.is(await again.evaluate("document.getElementById('day').value"), "0");
    await again.close();
  });

  test("search finds a song in every list and opens its day", async () => {
    const { page } = await open();
    const [title = ""] = await listed(page);

    await page.fill("#search-words", title.toUpperCase());
    const rows = (await page.evaluate(
      "[...document.querySelectorAll('#search-results tr')].map((row) => row.querySelector('th').textContent)",
    )) as string[];
    await page.click("#search-results tr:first-child td:nth-child(4) button");

    assert.ok(rows.length > 0 && rows.some((row) => row === title));
    assert.ok(
      (await listed(page)).some((one) => one === rows[0]),
      "the list of that day holds it",
    );
    await page.fill("#search-words", "no song is called this");
    assert.is(await textOf(page, "search-status"), "Nothing found.");
    await page.close();
  });

  test("filter and sort show the lines that match, in order", async () => {
    const { page } = await open();
    await page.click("#list-head th[data-column=title] button");
    const sorted = await listed(page);

    await page.fill("#filter", sorted[0] ?? "");

    assert.equal(
      sorted,
      [...sorted].sort((a, b) => a.localeCompare(b)),
    );
    assert.ok((await listed(page)).every((title) => title.includes(sorted[0] ?? "")));
    await page.close();
  });

  test("two chosen days are compared", async () => {
    const { page } = await open();

    await page.selectOption("#other-day", "0");

    const first = stored[0]?.[0];
    assert.ok(first);
    assert.match(await textOf(page, "list-status"), / since 1 Nov 2025\.$/);
    await page.close();
  });

  test("the shown list is saved as CSV", async () => {
    const { page } = await open();
    const rows = Number(await page.evaluate("document.querySelectorAll('#list-body tr').length"));

    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);

    const lines = readFileSync(await download.path(), "utf8").split("\r\n");
    assert.is(lines[0], '"position","change","title","artist_or_show","album","in_list_since","spotify_id"');
    assert.equal([lines.length - 2, lines.at(-1)], [rows, ""]);
    await page.close();
  });

  for (const [width, scheme] of [
    [360, "dark"],
    [1280, "light"],
  ] as const) {
    test(`axe finds nothing at ${width} pixels, ${scheme}`, async () => {
      const { page, complaints } = await open(width, scheme);
      await page.evaluate("document.getElementById('log').open = true");
      await page.fill("#search-words", "a");

      // Through the debugger, because the page's security policy blocks other scripts.
      await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
      const violations = await page.evaluate(
        "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 120)))",
      );

      assert.equal(violations, []);
      assert.equal(complaints, []);
      await page.close();
    });
  }
}

test.run();
