// docs/time-machine.png and docs/report.png: the report of the sample playlists in a browser: npm run picture
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { openPipeline } from "../lake/local/pipeline";
import { chooseSource } from "../lake/local/source";
import { localSql } from "../lake/local/sql";
import { makeReport } from "../report";
import { findChromium, openChromium } from "../test/support/browser";

const days = 28;
/** Missing days, as in real histories; counted from 0. */
const missedDay = 11;
const size = { width: 1200, height: 1000 };

/** Simulates the sample's days into a state folder. */
async function simulate(stateDir: string): Promise<void> {
  const source = await chooseSource({ from: undefined, playlists: [], env: {}, remembered: undefined });
  const pipeline = await openPipeline({ source, stateDir });
  try {
    for (const [day, instant] of pipeline.runsAfter(undefined, days).entries()) {
      const { failures } = day === missedDay ? { failures: [] } : await pipeline.simulate(instant);
      if (failures.length > 0) throw new Error(failures[0]);
    }
  } finally {
    await pipeline.close();
  }
}

async function writeReport(stateDir: string, file: string): Promise<void> {
  const lake = localSql(stateDir);
  try {
    writeFileSync(file, (await makeReport(lake)).html);
  } finally {
    lake.close();
  }
}

/** Takes the pictures. @throws one line if there is no Chromium */
export async function takePictures(folderOfDocs: string): Promise<void> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error("no Chromium on PATH; set CHROMIUM to its path");
  const folder = mkdtempSync(path.join(tmpdir(), "playlake-picture-"));
  try {
    await simulate(folder);
    const file = path.join(folder, "report.html");
    await writeReport(folder, file);
    const browser = await openChromium(chromium);
    try {
      const page = await browser.newPage({ viewport: size, colorScheme: "light" });
      await page.goto(pathToFileURL(file).href);
      await page.waitForSelector("#time-machine:not([hidden])");
      await page.click("#previous-change");
      await page.evaluate("document.getElementById('time-machine').scrollIntoView()");
      await page.screenshot({ path: path.join(folderOfDocs, "time-machine.png") });
      await page.evaluate("document.getElementById('playlist-1').scrollIntoView()");
      await page
        .locator("#playlist-1 .values")
        .nth(1)
        .hover({ position: { x: 110, y: 80 } });
      await page.screenshot({ path: path.join(folderOfDocs, "report.png") });
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (require.main === module) void takePictures(path.join(__dirname, "..", "docs"));
