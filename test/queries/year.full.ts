/**
 * A year of some playlists: built from invented edits, stored as responses, transformed and queried. Prints how long each
 * step took. `YEAR_PLAYLISTS=20` takes more of them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Athena, openAthena } from "../../emulator/athena";
import { checkViews, countNamedQueries } from "../support/queries/history/check";
import {
  checkBetween,
  checkDay,
  checkDuplicates,
  checkFound,
  checkLists,
  checkLog,
} from "../support/queries/history/checkHistory";
import { checkDigest, checkDigests } from "../support/queries/history/digest";
import { writeLake } from "../support/queries/history/lakeFolder";
import { replay, type StoredDay } from "../support/queries/history/replay";
import { simulate } from "../support/queries/history/simulate";

const test = suite("queries/year");
const playlists = Number(process.env.YEAR_PLAYLISTS ?? 4);

/** Every log in full, every tenth day of the year in one of the lists, and differences of distant days. */
async function checkHistory(athena: Athena, stored: readonly StoredDay[][]): Promise<void> {
  const dates = [...new Set(stored.flat().map(({ date }) => date))].sort();
  for (let i = 0; i < dates.length; i += 10) await checkDay(athena, stored, i % stored.length, dates[i]!);
  for (const [playlist, days] of stored.entries()) {
    assert.ok((await checkLog(athena, stored, playlist)) > 0);
    await checkBetween(athena, playlist, days[Math.floor(days.length / 3)]!, days.at(-1)!);
  }
  await checkFound(athena, stored);
  await checkLists(athena, stored);
  assert.ok((await checkDuplicates(athena, stored)) > 0);
}

for (const seed of [11]) {
  test(`seed ${seed}: every view, list, log and difference matches the edit log`, async () => {
    const stateDir = mkdtempSync(join(tmpdir(), "playlake-year-"));
    try {
      const begun = Date.now();
      const stored = replay(simulate({ seed, playlists, days: 365, sizes: [40, 200] }));
      await writeLake(stored, stateDir);
      const built = Date.now();
      const athena = await openAthena({ stateDir });
      try {
        await checkViews(athena, stored);
        await checkHistory(athena, stored);
        await checkDigest(athena, stored);
        await checkDigests(athena, stored, 40);
        const checked = Date.now();
        const counts = await countNamedQueries(athena);
        const empty = Object.entries(counts).filter(([, rows]) => rows === 0);
        assert.equal(
          empty.map(([name]) => name),
          [],
        );
        const seconds = (from: number, to: number) => `${Math.round((to - from) / 1000)} s`;
        const entries = stored.flat().reduce((sum, day) => sum + day.entries.length, 0);
        console.log(
          `  seed ${seed}: ${stored.flat().length} playlist days, ${entries} entries: built in ${seconds(begun, built)}, ` +
            `views in ${seconds(built, checked)}, named queries in ${seconds(checked, Date.now())}`,
        );
      } finally {
        athena.close();
      }
    } finally {
      rmSync(stateDir, { recursive: true });
    }
  });
}

test.run();
