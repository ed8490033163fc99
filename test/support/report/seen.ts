/** Scripts that tests run in the page. They are text, because the project has no DOM types. */
import type { Page } from "playwright-core";

/** What a page did that a reader does not see. */
export interface Seen {
  requests: string[];
  complaints: string[];
}

/** The elements that overflow the page sideways, except in boxes that scroll; and the page itself if it scrolls. */
export const overflowing = `(() => {
  const width = document.documentElement.clientWidth;
  const out = [...document.querySelectorAll("body *")].filter((element) => {
    if (element.closest(".scroll") && !element.matches(".scroll")) return false;
    if (element.matches(".unseen")) return false;
    const { left, right, width: own } = element.getBoundingClientRect();
    return own > 0 && (left < -0.5 || right > width + 0.5);
  });
  const names = out.map((element) => element.outerHTML.slice(0, 80));
  if (document.documentElement.scrollWidth > width) names.push("page: " + document.documentElement.scrollWidth);
  return names;
})()`;

/** Texts with a contrast below 4.5 to 1, and drawn marks below 3 to 1, against what is behind them. */
export const belowAA = `(() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const contrast = (one, other) => {
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const failed = [];
  const check = (element, colour, least) => {
    const ratio = contrast(rgb(colour), behind(element));
    if (ratio < least) failed.push(ratio.toFixed(2) + " " + element.outerHTML.slice(0, 80));
  };
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "");
    const style = getComputedStyle(element);
    const isDrawing = element.closest("svg") !== null;
    if (own) check(element, isDrawing ? style.fill : style.color, 4.5);
    const mark = element.matches("svg [data-mark=dot] *, svg [data-mark=rect] *") ? style.fill : undefined;
    const line = element.matches("svg [data-mark=line] path") ? style.stroke : undefined;
    if (mark ?? line) check(element, mark ?? line, 3);
  }
  return failed;
})()`;

/** How many marks of each kind the figures of a playlist have, by title. */
export async function marksOf(page: Page, place: number): Promise<Record<string, object>> {
  return page.evaluate(`Object.fromEntries([...document.querySelectorAll("#playlist-${place} figure")].map((figure) => [
    figure.querySelector("h3").textContent,
    {
      dots: figure.querySelectorAll("svg [data-mark=dot] > *").length,
      bars: [...figure.querySelectorAll("svg rect")].filter((bar) => bar.getBoundingClientRect().width > 0 && bar.getBoundingClientRect().height > 0).length,
      lines: figure.querySelectorAll("svg [data-mark=line] path").length,
    },
  ]))`);
}

/** The cell texts of a playlist's tables without their headers, by the figures' titles. */
export async function tablesOf(page: Page, place: number): Promise<Record<string, string[][]>> {
  return page.evaluate(`Object.fromEntries([...document.querySelectorAll("#playlist-${place} figure")].map((figure) => [
    figure.querySelector("h3").textContent,
    [...figure.querySelectorAll("tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent)),
  ]))`);
}
