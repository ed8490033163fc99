/**
 * The tables of made-up playlists, as files to read. A raw object must always give the same tables. After a wanted change,
 * `UPDATE_GOLDEN=1 npx uvu -r $PWD/scripts/register.js test transforms/golden` writes them anew; review the diff.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { playlistIdOf, rawLines } from "../../bench/generate";
import { sampleLibrary } from "../../standin/sampleLibrary";
import { tableNames } from "../../transforms/schema";
import type { PlaylistTables } from "../../transforms/transform";
import { csvText, run } from "../support/transforms/transformed";

const test = suite("transforms/golden");
const folder = join(__dirname, "golden");

/** All files of a playlist, one after the other. */
function textOf(playlist: PlaylistTables): string {
  return tableNames.map((table) => `== ${table}\n${csvText(playlist, table)}`).join("\n");
}

/** Compares a text with its file, or writes the file. */
function holdTo(name: string, text: string): void {
  const file = join(folder, `${name}.txt`);
  if (process.env.UPDATE_GOLDEN === "1") {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  }
  assert.fixture(text, readFileSync(file, "utf8"));
}

/** The sample playlists on their first day, as documents: the entries in the shapes of 2026 and before. */
const documents = sampleLibrary()
  .playlistsAt(new Date("2026-11-01T12:00:00Z"))
  .map(({ id, fields, contentsNames: [contents = "items"], entries }) => {
    const members = fields.map(([name, json]) => `${JSON.stringify(name)}:${json}`);
    return { id, text: `{${members.join()},"${contents}":{"items":[${entries.join()}],"total":${entries.length}}}` };
  });

for (const { id, text } of documents) {
  test(`sample playlist ${id}`, async () => {
    const [tables] = await run(text, "x.json");
    holdTo(`sample-${id}`, textOf(tables!));
  });
}

/** A page of the sample's Liked Songs on the day, as the extractor stores it. */
function likedPage(songs: readonly string[], offset: number): string {
  const items = songs.slice(offset, offset + 50);
  const body = `{"items":[${items.join()}],"offset":${offset},"total":${songs.length}}`;
  return `{"url":"me/tracks?offset=${offset}","fetchedAt":"2026-11-12T06:00:00Z","body":${body}}\n`;
}

test("sample Liked Songs", async () => {
  const songs = sampleLibrary().likedAt!(new Date("2026-11-12T06:00:00Z"));
  const user = '{"id":"maren","type":"user","display_name":"Maren"}';
  const head = `{"url":"me","fetchedAt":"2026-11-12T06:00:00Z","body":${user}}\n`;
  const [tables] = await run(head + [0, 50, 0].map((offset) => likedPage(songs, offset)).join(""), "liked.jsonl");
  holdTo("sample-liked", textOf(tables!));
});

for (const shape of ["old", "lean"] as const) {
  for (const oddShare of [0.02, 1]) {
    test(`made up, ${shape}, ${oddShare} of the entries irregular`, async () => {
      const plan = { seed: 3, shape, entries: 24, oddShare };
      const [tables] = await run([...rawLines(plan)].join(""), `${playlistIdOf(plan)}.jsonl`);
      holdTo(`${shape}-${oddShare}`, textOf(tables!));
    });
  }
}

test.run();
