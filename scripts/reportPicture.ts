// docs/time-machine.png and docs/report.png: the report of the sample playlists in a browser: npm run picture
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { findChromium, openChromium } from "../test/support/browser";
import { writeSampleReport } from "./sampleLake";

const size = { width: 1200, height: 1000 };

/** Takes the pictures. @throws one line if there is no Chromium */
export async function takePictures(folderOfDocs: string): Promise<void> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error("no Chromium on PATH; set CHROMIUM to its path");
  const folder = mkdtempSync(path.join(tmpdir(), "playlake-picture-"));
  try {
    const file = path.join(folder, "report.html");
    await writeSampleReport(file);
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
