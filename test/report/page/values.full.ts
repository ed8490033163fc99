/** The figures' values, on hover and by keys, in a real browser. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { reportOf } from "../../../report";
import { findChromium, openChromium } from "../../support/browser";
import { madeUpAnswers } from "../../support/report/answers";
import { belowAA, overflowing } from "../../support/report/seen";

const test = suite("report/page/values");
const chromium = findChromium();

let folder: string;
let browser: Browser;
let file: string;

async function open(width = 1200, colorScheme: "light" | "dark" = "light") {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector("#time-machine:not([hidden])");
  return { page, complaints };
}

/** For each figure of playlist 1: its title, its table's rows, and the places that belong to them, in its own units. */
const figuresSeen = `[...document.querySelectorAll("#playlist-1 figure")].map((figure) => ({
  title: figure.querySelector("h3").textContent,
  axis: figure.querySelector("svg").dataset.axis,
  places: figure.querySelector("svg").dataset.at.split(" ").map(Number),
  width: figure.querySelector("svg").viewBox.baseVal.width,
  height: figure.querySelector("svg").viewBox.baseVal.height,
  heads: [...figure.querySelectorAll("thead th")].map((cell) => cell.textContent),
  rows: [...figure.querySelectorAll("tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent)),
}))`;

interface FigureSeen {
  title: string;
  axis: "x" | "y";
  places: number[];
  width: number;
  height: number;
  heads: string[];
  rows: string[][];
}

/** What a figure's tip shows: its first line, and names with values; undefined if it shows nothing. */
function tipOf(page: Page, figure: number): Promise<{ first: string; values: string[][] } | undefined> {
  return page.evaluate(`(() => {
    const tip = document.querySelectorAll("#playlist-1 figure")[${figure}].querySelector(".tip");
    if (tip.checkVisibility() === false) return undefined;
    const values = [...tip.querySelectorAll("dl div")].map((one) => [...one.children].map((part) => part.textContent));
    return { first: tip.querySelector("strong").textContent, values };
  })()`);
}

const sliders = "#playlist-1 .values";

if (chromium === undefined) console.log("skipped: no Chromium on PATH, and CHROMIUM names none");
else {
  test.before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "playlake-values-"));
    file = path.join(folder, "page.html");
    writeFileSync(file, (await reportOf(madeUpAnswers({ playlists: 2, days: 20 }))).html);
    browser = await openChromium(chromium);
  });

  test.after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("hover shows the table's row of each place, in each figure", async () => {
    const { page, complaints } = await open();
    const figures = (await page.evaluate(figuresSeen)) as FigureSeen[];
    assert.is(figures.length, 6);
    for (const [index, { title, axis, places, width, height, heads, rows }] of figures.entries()) {
      const slider = page.locator(sliders).nth(index);
      await slider.scrollIntoViewIfNeeded();
      const box = (await page.locator("#playlist-1 figure svg").nth(index).boundingBox())!;
      for (const [row, at] of places.entries()) {
        const [x, y] = axis === "x" ? [at / width, 0.5] : [0.5, at / height];
        await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
        const [first, ...values] = rows[row]!;
        const expected = { first, values: values.map((value, column) => [heads[column + 1]!, value]) };
        assert.equal(await tipOf(page, index), expected, `${title}, ${first}`);
      }
    }
    assert.ok(figures.every(({ places, rows }) => places.length > 1 && places.length >= rows.length - 1));
    await page.mouse.move(1, 1);
    const left = await Promise.all(figures.map((_, index) => tipOf(page, index)));
    assert.equal(left, Array(6).fill(undefined), "nothing is shown any more");
    assert.equal(complaints, []);
    await page.close();
  });

  test("focus shows the newest day, and keys move to others", async () => {
    const { page } = await open();
    const [size] = (await page.evaluate(figuresSeen)) as FigureSeen[];
    const days = size!.rows.map(([day]) => day);
    const slider = page.locator(sliders).first();
    const shown = async () => (await tipOf(page, 0))?.first;

    await slider.focus();
    assert.is(await shown(), days[0]);
    for (const [key, day] of [
      ["ArrowLeft", days[1]],
      ["ArrowLeft", days[2]],
      ["ArrowRight", days[1]],
      ["Home", days.at(-1)],
      ["ArrowLeft", days.at(-1)],
      ["End", days[0]],
    ] as const) {
      await page.keyboard.press(key);
      assert.is(await shown(), day, key);
      const text = String(await slider.getAttribute("aria-valuetext"));
      assert.ok(text.startsWith(`${day}: Entries `), text);
    }
    await page.keyboard.press("Escape");
    assert.is(await shown(), undefined);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Tab");
    assert.is(await shown(), undefined, "another element has the focus");
    await page.close();
  });

  test("up and down move along a figure of rows", async () => {
    const { page } = await open();
    const figures = (await page.evaluate(figuresSeen)) as FigureSeen[];
    const index = figures.findIndex(({ axis }) => axis === "y");
    const titles = figures[index]!.rows.map(([title]) => title);

    await page.locator(sliders).nth(index).focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    assert.is((await tipOf(page, index))?.first, titles[1]);
    await page.keyboard.press("ArrowUp");
    assert.is((await tipOf(page, index))?.first, titles[0]);
    await page.close();
  });

  for (const width of [320, 1280]) {
    for (const scheme of ["light", "dark"] as const) {
      test(`tips fit, are legible and accessible at ${width} pixels, ${scheme}`, async () => {
        const { page, complaints } = await open(width, scheme);
        await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
        for (let index = 0; index < 6; index += 1) {
          await page.locator(sliders).nth(index).focus();
          assert.ok(await tipOf(page, index));
          assert.equal(await page.evaluate(overflowing), []);
          assert.equal(await page.evaluate(belowAA), []);
        }
        const violations = await page.evaluate(
          "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 120)))",
        );
        assert.equal([violations, complaints], [[], []]);
        await page.close();
      });
    }
  }
}

test.run();
