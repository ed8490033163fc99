// The interactive part of the page: its elements, which the script in page/ fills, the script itself, and its data.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { groupedBy } from "../lake/lists";
import type { ReportAnswers } from "./answers";
import { html, type Markup, raw } from "./markup";
import { type Item, type ItemKind, type PageData, type PlaylistData, type Version, versionOf } from "./page/history";

/** The script of the page, bundled: by the build in the installed package, by esbuild in a checkout. */
export function pageScript(): string {
  const built = path.join(__dirname, "page", "page.js");
  if (existsSync(built)) return readFileSync(built, "utf8");
  return bundlePage();
}

/** Bundles the page's script. @throws if esbuild is not installed */
export function bundlePage(): string {
  const esbuild = require("esbuild") as typeof import("esbuild");
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [path.join(__dirname, "page", "main.ts")],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
  });
  return (outputFiles[0]?.text ?? "").trim();
}

const heads = { position: "#", title: "Title", artist: "Artist", album: "Album", since: "In the list since" };
const columns = Object.entries(heads).map(
  ([name, head]) => html`<th scope="col" data-column="${name}"><button type="button">${head}</button></th>`,
);

/** The time machine and the search; hidden until the script runs. */
export function explorer(): Markup {
  return html`<section id="time-machine" data-needs-script hidden aria-labelledby="time-machine-title">
<h2 id="time-machine-title">Time machine</h2>
<p class="lead">Choose a playlist and a day, and see the list as it stood.</p>
<div class="controls">
<label class="field">Playlist<select id="playlist"></select></label>
<label class="field">Compare with<select id="other-day"></select></label>
<label class="field">Filter this list<input id="filter" type="search" autocomplete="off"></label>
<button id="save" type="button">Save as CSV</button>
</div>
<div class="slider">
<button id="previous-change" type="button" aria-label="Previous day with changes">‹</button>
<label><span class="unseen">Day</span><input id="day" type="range" min="0" value="0" step="1"></label>
<button id="next-change" type="button" aria-label="Next day with changes">›</button>
<output id="day-name" for="day"></output>
<div class="ends" aria-hidden="true"><div id="activity"></div><span id="first-day"></span><span id="last-day"></span></div>
</div>
<h3 id="list-heading" tabindex="-1"></h3>
<p id="list-status" role="status" class="lead"></p>
<ul id="day-changes" class="changes"></ul>
<div class="scroll tall" role="group" aria-label="The list on this day" tabindex="0"><table class="list">
<caption class="unseen">The list on this day</caption>
<thead id="list-head"><tr>${columns}</tr></thead>
<tbody id="list-body"></tbody></table></div>
<details id="log"><summary>Every change of this playlist</summary>
<p id="log-status" role="status"></p>
<ol id="log-body" class="log"></ol>
<button id="log-more" type="button">Show all days</button>
</details>
</section>
<section id="search" data-needs-script hidden aria-labelledby="search-title">
<h2 id="search-title">Search all songs</h2>
<p class="lead">Every song that was ever in one of the lists: where, since when, until when.</p>
<label class="field">Title, artist or album<input id="search-words" type="search" autocomplete="off"></label>
<p id="search-status" role="status"></p>
<div id="search-table" class="scroll tall" role="group" aria-label="Search results" tabindex="0" hidden><table class="list">
<caption class="unseen">Search results</caption>
<thead><tr><th scope="col">Title</th><th scope="col">Artist</th><th scope="col">Playlist</th><th scope="col">From</th><th scope="col">To</th></tr></thead>
<tbody id="search-results"></tbody></table></div>
</section>
`;
}

/** The data that the script reads: JSON, gzip, and base64, which needs no escaping. */
export function dataBlock(answers: ReportAnswers, tables: readonly string[]): Markup {
  const data: PageData = { ...timeMachine(answers), tables };
  const packed = gzipSync(JSON.stringify(data), { level: 9 }).toString("base64");
  return raw(`<script type="text/plain" id="history">${packed}</script>\n`);
}

const spotifyId = /^[0-9A-Za-z]{22}$/;

/** Every state of every list, as differences, with the names of all items. The same answers give the same data. */
function timeMachine({ sizes, lists, names }: ReportAnswers): Omit<PageData, "tables"> {
  const nameOf = new Map(names.map((row) => [`${row.type} ${row.key}`, row]));
  const items: Item[] = [];
  const indexes = new Map<string, number>();
  const indexOf = (line: string): number => {
    const known = indexes.get(line);
    if (known !== undefined) return known;
    const { name, artist, album } = nameOf.get(line) ?? {};
    const kind = line.slice(0, line.indexOf(" ")) as ItemKind;
    const key = line.slice(kind.length + 1);
    indexes.set(line, items.length);
    return items.push([name ?? "", artist ?? "", album ?? "", kind, spotifyId.test(key) ? key : ""]) - 1;
  };

  const listsOf = groupedBy(lists, ({ playlistId }) => playlistId);
  const playlists = [...groupedBy(sizes, ({ playlistId }) => playlistId)].map(([id, stored]): PlaylistData => {
    const ordered = [...stored].sort((a, b) => (a.day < b.day ? -1 : 1));
    const dayNames = ordered.map(({ day }) => day);
    return {
      id,
      name: ordered.findLast(({ playlist }) => playlist !== null && playlist !== "")?.playlist ?? id,
      days: dayNames,
      versions: versionsOf(listsOf.get(id) ?? [], dayNames, indexOf),
    };
  });
  return { items, playlists: playlists.sort((a, b) => a.name.localeCompare(b.name, "en") || (a.id < b.id ? -1 : 1)) };
}

function versionsOf(
  rows: ReportAnswers["lists"],
  days: readonly string[],
  indexOf: (line: string) => number,
): Version[] {
  const placeOf = new Map(days.map((day, place) => [day, place]));
  let before: number[] = [];
  return rows.map(({ day, list }) => {
    const after = list === "" ? [] : list.split("\n").map(indexOf);
    const version = versionOf(placeOf.get(day) ?? -1, before, after);
    before = after;
    return version;
  });
}
