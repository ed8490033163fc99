import { mkdir } from "node:fs/promises";
import path from "node:path";
import { type Archives, unpackFunctions } from "./archives";
import { withFolder } from "./folder";
import { type PlaylistPlan, playlistIdOf, type Shape, usualOddNameShare, writeRawObject } from "./generate";
import { type BenchTable, printTable } from "./table";

/** What every measurement gets. */
export interface BenchSetting {
  /** Less of everything: for a look, and for a machine that others use too. */
  isQuick: boolean;
  /** Holds what is measured; removed at the end. */
  folder: string;
  archives: Archives;
  /** What `rawObject` makes. */
  planOf(shape: Shape, entries: number, oddNameShare?: number): PlaylistPlan;
  /** The raw object of a made up playlist; each is made once. Its names are as odd as those that were counted. */
  rawObject(shape: Shape, entries: number, oddNameShare?: number): Promise<string>;
}

/** The id of the playlist that the extractor's stand-in serves. */
export const benchConfig = {
  "playlake:spotifyClientId": "playlake-stand-in",
  "playlake:spotifyClientSecret": "stand-in-secret",
  "playlake:playlists": '["3cEYpjA9oz9GiPac4AsH4n"]',
};

function planOf(shape: Shape, entries: number, oddNameShare = usualOddNameShare): PlaylistPlan {
  return { seed: 1, shape, entries, oddNameShare };
}

/** Makes a temporary folder with the functions' archives for `work`, and removes it. */
export async function withSetting<T>(isQuick: boolean, work: (setting: BenchSetting) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const made = new Map<string, Promise<unknown>>();
    const archives = await unpackFunctions(path.join(folder, "functions"), benchConfig);
    return await work({
      isQuick,
      folder,
      archives,
      planOf,
      async rawObject(shape, entries, oddNameShare) {
        const plan = planOf(shape, entries, oddNameShare);
        const input = path.join(folder, `${shape}-${entries}-${plan.oddNameShare}`);
        // The transformer takes raw lines only from the key of their playlist.
        const file = path.join(input, `${playlistIdOf(plan)}.jsonl.gz`);
        await mkdir(input, { recursive: true });
        if (!made.has(file)) made.set(file, writeRawObject(plan, file));
        await made.get(file);
        return file;
      },
    });
  });
}

/** Lets a bench file run alone: `node -r ./scripts/register.js bench/NAME.ts [--quick]`. */
export async function alone(bench: (setting: BenchSetting) => Promise<BenchTable>): Promise<void> {
  printTable(await withSetting(process.argv.includes("--quick"), bench));
}
