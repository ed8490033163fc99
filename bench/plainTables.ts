// What the views cost: the same SQL over the copy, and over plain DuckDB tables that hold the same rows.
import path from "node:path";
import { openAthena } from "../emulator/athena";
import { loadDuckdb } from "../emulator/athena/copy";
import { views } from "../queries";
import { runCommand } from "./commands";
import { inTurn, ratiosOf, type Spread } from "./measure";

/** The time of a count of `changes` and `stays` over the copy, as a ratio to plain tables, by view. @throws if rows differ */
export async function overPlainTables(stateDir: string, rounds: number): Promise<[view: string, ratio: Spread][]> {
  const file = path.join(stateDir, "plain.duckdb");
  await runCommand(["export", "--format", "duckdb", "--out", file, "--state", stateDir, "playlists", "playlist_items"]);
  const athena = await openAthena({ stateDir });
  const instance = await loadDuckdb().DuckDBInstance.create(file);
  const plain = await instance.connect();
  try {
    await plain.run("set integer_division = true");
    const ratios: [string, Spread][] = [];
    for (const name of ["changes", "stays"]) {
      const sql = views.find((view) => view.name === name)?.sql ?? "";
      const ask = {
        copy: () => timed(async () => (await athena.query(`select count(*) from ${name}`)).rows[0]?.[0]),
        tables: () =>
          timed(async () => (await plain.runAndReadAll(`select count(*) from (${sql}) as rows`)).getRows()[0]?.[0]),
      };
      const measured = await inTurn(rounds, ask);
      const counts = new Set([...measured.copy, ...measured.tables].map(({ count }) => String(count)));
      if (counts.size !== 1) throw new Error(`${name}: the copy and plain tables differ: ${[...counts].join(", ")}`);
      const ms = (one: keyof typeof measured) => measured[one].map((round) => round.ms);
      ratios.push([name, ratiosOf(ms("copy"), ms("tables"))]);
    }
    return ratios;
  } finally {
    athena.close();
    plain.closeSync();
    instance.closeSync();
  }
}

async function timed(ask: () => Promise<unknown>): Promise<{ ms: number; count: unknown }> {
  const begun = performance.now();
  const count = await ask();
  return { ms: performance.now() - begun, count };
}
