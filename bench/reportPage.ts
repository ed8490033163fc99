// How long the report's page of a year takes in a real browser.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { reportOf } from "../report";
import { findChromium, openChromium } from "../test/support/browser";
import { madeUpAnswers } from "../test/support/report/answers";
import { type Spread, spreadOf } from "./measure";
import { type BenchTable, printTable } from "./table";

/** The time of a search with its layout, in milliseconds. Words that many songs share, and words of one. */
const searchMs = `Math.max(...["a", "track 7", "artist 12 album", "track 399"].map((words) => {
  const input = document.getElementById("search-words");
  const begun = performance.now();
  input.value = words;
  input.dispatchEvent(new Event("input"));
  document.getElementById("search-table").getBoundingClientRect();
  return performance.now() - begun;
}))`;

/** Opens the page once. @returns the processor time of its main thread, and the longest search, in seconds */
async function openOnce(browser: Browser, address: string): Promise<{ opening: number; search: number }> {
  const page = await browser.newPage();
  const debug = await page.context().newCDPSession(page);
  await debug.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.goto(address);
  await page.waitForSelector("#time-machine:not([hidden])");
  const { metrics } = await debug.send("Performance.getMetrics");
  const opening = metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
  const search = Number(await page.evaluate(searchMs)) / 1000;
  await page.close();
  return { opening, search };
}

/** The table of the report's page. Skipped with a note if there is no Chromium. */
export async function benchReportPage({ isQuick }: { isQuick: boolean }): Promise<BenchTable> {
  const days = isQuick ? 10 : 365;
  const title = `The report's page of ${days} days of 20 playlists, in seconds`;
  const columns = ["figure", "median", "least", "most"];
  const chromium = findChromium();
  if (chromium === undefined) {
    return { title, columns, rows: [], notes: ["Skipped: no Chromium on PATH, and CHROMIUM names none."] };
  }
  const folder = mkdtempSync(path.join(tmpdir(), "playlake-bench-page-"));
  const browser = await openChromium(chromium);
  try {
    const file = path.join(folder, "page.html");
    writeFileSync(file, (await reportOf(madeUpAnswers({ playlists: 20, days }))).html);
    const rounds: { opening: number; search: number }[] = [];
    for (let round = 0; round < (isQuick ? 1 : 5); round += 1) {
      rounds.push(await openOnce(browser, pathToFileURL(file).href));
    }
    const opening = spreadOf(rounds.map((one) => one.opening));
    const search = spreadOf(rounds.map((one) => one.search));
    const row = (name: string, { median, least, most }: Spread) => [
      ...[name, median.toFixed(3), least.toFixed(3), most.toFixed(3)],
    ];
    return {
      title,
      columns,
      rows: [row("opening, processor time of the main thread", opening), row("the longest search", search)],
      notes: [],
      goals: isQuick
        ? []
        : [
            { figure: "report's page of a year: opening", atMost: 1, measured: opening.median, unit: "s" },
            { figure: "report's page of a year: search, times 50 ms", atMost: 1, measured: search.median / 0.05 },
          ],
    };
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (require.main === module) {
  void benchReportPage({ isQuick: process.argv.includes("--quick") }).then(printTable);
}
