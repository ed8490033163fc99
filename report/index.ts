import { createHash } from "node:crypto";
import type { LakeSql } from "../lake";
import { askReport, type ReportAnswers } from "./answers";
import { playlistPart } from "./cards";
import { daysFrom, rangesText, rangeText } from "./days";
import { dataBlock, explorer, pageScript } from "./explorer";
import { openFigures } from "./figures";
import { type History, historyOf } from "./history";
import { html, type Markup, number, raw } from "./markup";
import { style } from "./style";
import { overview } from "./tables";

/**
 * Queries a lake and makes the page that shows its history.
 * @throws one line: the lake's error, or the packages that are not installed
 */
export async function makeReport(lake: LakeSql) {
  return reportOf(await askReport(lake));
}

/**
 * Makes the page from the answers.
 * @returns one self-contained page, with its numbers of playlists and of days on which anything was stored. The same answers
 * give the same page
 * @throws one line, if the drawing packages are not installed
 */
export async function reportOf(answers: ReportAnswers) {
  const history = historyOf(answers);
  if (history === undefined) {
    const body = html`<h1>Playlist history</h1>\n<p class="lead">No playlist is stored yet.</p>\n`;
    return { html: page("Playlist history", body, ""), playlists: 0, days: 0 };
  }
  const title = `Playlist history, ${rangeText(history.from, history.to)}`;
  return {
    html: page(title, await bodyOf(history, answers), pageScript()),
    playlists: history.playlists.length,
    days: history.storedDays,
  };
}

const anchorOf = (place: number) => `playlist-${place + 1}`;

async function bodyOf(history: History, answers: ReportAnswers): Promise<Markup> {
  const { playlists, unit, buckets } = history;
  const figures = await openFigures(buckets);
  const tables: string[] = [];
  const hold = ({ markup }: Markup) => html`<div data-table="${tables.push(markup) - 1}"></div>`;
  const parts = playlists.map((playlist, place) => playlistPart(playlist, anchorOf(place), unit, figures, hold));
  const contents =
    playlists.length > 1 ? html`<nav aria-label="Playlists">${overview(history, anchorOf)}</nav>\n` : undefined;
  return html`<header>
<h1>Playlist history</h1>
${lead(history)}
${totals(history)}
</header>
<noscript><p class="lead">The time machine, the search and the tables need JavaScript.</p></noscript>
<main>
${explorer()}${contents}${parts}</main>
${dataBlock(answers, tables)}<footer>Days are those on which the playlists were stored. Entries are tracks, episodes and items that are no longer available; copies count.</footer>
`;
}

function lead({ from, to, storedDays, missing, unit }: History): Markup {
  if (storedDays === 1)
    return html`<p class="lead">${rangeText(from, to)}. One day is stored so far; changes show from the second stored day on.</p>`;
  const gaps = missing.length > 0 ? ` Nothing was stored on ${rangesText(missing, 8)}.` : " No day is missing.";
  const units = unit === "day" ? "" : ` Figures are by ${unit}; sizes and shares are those of its last stored day.`;
  return html`<p class="lead">${rangeText(from, to)}.${gaps}${units}</p>`;
}

function totals({ playlists, storedDays, from, to, came, went }: History): Markup {
  const days = daysFrom(from, to);
  const total = (name: string, value: Markup | string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  const missed = storedDays < days ? html`${number(storedDays)} <small>of ${number(days)}</small>` : number(days);
  return html`<dl class="totals">${[
    total(playlists.length === 1 ? "playlist" : "playlists", number(playlists.length)),
    total(days === 1 ? "day stored" : "days stored", missed),
    ...(storedDays > 1 ? [total("added", number(came)), total("removed", number(went))] : []),
  ]}</dl>`;
}

function page(title: string, body: Markup, script: string): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  // The page loads nothing; only its own style and script are allowed.
  const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
  const text = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
${body}<script>${raw(script)}</script>
</body>
</html>
`;
  return text.markup;
}
