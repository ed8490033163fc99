/** What came out once comes out always: a raw object that is transformed again gives the same bytes. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type PlaylistPlan, rawLines, type Shape } from "../../bench/generate";
import { tableNames } from "../../transforms/schema";
import type { PlaylistTables } from "../../transforms/transform";
import { csvText, run, samples } from "./run";

const test = suite("transforms/frozen");

/** One hash of the files of all tables. */
function hashOf(playlists: readonly PlaylistTables[]): string {
  const hash = createHash("sha256");
  for (const playlist of playlists) {
    hash.update(`${playlist.playlistId}\n`);
    for (const table of tableNames) hash.update(`${table}\n`).update(csvText(playlist, table));
  }
  return hash.digest("hex").slice(0, 32);
}

/** Made up playlists: 0 to 294 entries, every second one in the old shape, from none to all of their entries odd. */
function planOf(seed: number): PlaylistPlan {
  const shape: Shape = seed % 2 === 0 ? "old" : "lean";
  return { seed, shape, entries: (seed * 37) % 295, oddShare: [0, 0.02, 0.3, 1][seed % 4] as number };
}

const hashesOfSeeds: readonly string[] = [
  "6d54cc116be78185694d68cedecac5b8",
  "973d143af79374fe442f258e36cb8128",
  "97af73249cf0334fd381508f4fe914ac",
  "4f2fc2d9e4e8d7f1530dd5b0a2b47b69",
  "0575042d0d98732e6b4c589580f7f5e5",
  "28aa1526298cec85ff18dde6de8844d0",
  "c429cfc08cf9170a5bf06aaadbaeb62f",
  "2fd27a4bb8a6227eac2a8edec204871c",
  "a10dcd1915972bf79214d419c65c3cab",
  "665607024fab97bae09593a40603f952",
];

const hashesOfSamples: Record<string, string> = {
  "2026-playlist_1.json": "88625d1ef03345119a57dda1d778df30",
  "2026-playlist_2.json": "d2896baa6ae963964492b8a0d41995c7",
  "2026-playlist_3.json": "6f062db6d0848abd2989c813d6c6c065",
  "2026-playlist_items.json": "8f687a7889f8229ee4d3c9960e56a8e8",
  "nine-playlists.json": "9e30478555f9f9b73f16b446a0fe39ae",
  "page-with-episodes.json": "ba272206bbe821928999ab4d7c96721b",
};

for (const [ten, expected] of hashesOfSeeds.entries()) {
  test(`seeded playlists ${ten * 10} to ${ten * 10 + 9}`, async () => {
    const playlists: PlaylistTables[] = [];
    for (let seed = ten * 10; seed < ten * 10 + 10; seed++) {
      const raw = [...rawLines(planOf(seed))].join("");
      playlists.push(...(await run(seed % 3 === 0 ? raw : gzipSync(raw), `${seed}.jsonl`)));
    }
    assert.is(playlists.length, 10);
    assert.is(hashOf(playlists), expected);
  });
}

for (const { fileName, bytes } of samples()) {
  test(`${fileName}`, async () => {
    assert.is(hashOf(await run(bytes, fileName)), hashesOfSamples[fileName]);
  });
}

test.run();
