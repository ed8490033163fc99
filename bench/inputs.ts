import { mkdir } from "node:fs/promises";
import path from "node:path";
import { type Archives, unpackFunctions } from "./archives";
import { withFolder } from "./folder";
import { type PlaylistPlan, playlistIdOf, type Shape, usualOddNameShare, writeRawObject } from "./generate";
import { type BenchTable, printTable } from "./table";

/** The inputs of every measurement. */
export interface BenchSetting {
  /** Smaller inputs and fewer rounds, for CI and for a quick check. */
  isQuick: boolean;
  /** The folder of all inputs; removed at the end. */
  folder: string;
  archives: Archives;
  /** A raw object made by `rawObject`. */
  planOf(shape: Shape, entries: number, oddNameShare?: number): PlaylistPlan;
  /**
   * The raw object of a generated playlist; each is made once. Its names are as irregular as in the counted playlists.
   */
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

/** Makes a temporary folder with the functions' archives for `work`, and removes it afterwards. */
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
        // The transformer accepts raw lines only under the key of their playlist.
        const file = path.join(input, `${playlistIdOf(plan)}.jsonl.gz`);
        await mkdir(input, { recursive: true });
        if (!made.has(file)) made.set(file, writeRawObject(plan, file));
        await made.get(file);
        return file;
      },
    });
  });
}

/** Runs a bench file alone: `node -r ./scripts/register.js bench/NAME.ts [--quick]`. */
export async function alone(bench: (setting: BenchSetting) => Promise<BenchTable>): Promise<void> {
  printTable(await withSetting(process.argv.includes("--quick"), bench));
}
