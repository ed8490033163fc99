/** The transform with its scanner against the same transform without: the same tables, or the same refusal. */
import * as assert from "uvu/assert";
import { rawLines } from "../../../bench/generate";
import { makeTablesBuilders } from "../../../transforms/playlistTables";
import { tableNames } from "../../../transforms/schema";
import { makeTransform, type Transform } from "../../../transforms/transform";
import { randomFrom } from "../random";
import { mutate } from "./mutations";
import { streamOf } from "./transformed";

const scanning = makeTransform();
const startTables = makeTablesBuilders();
const parsing = makeTransform((playlistId, startFile) => {
  const { addPage, finish } = startTables(playlistId, startFile);
  return { addPage, finish };
});

/** What came out: the tables' texts and counts of each playlist, or the error. */
async function outcome(transform: Transform, bytes: Buffer, fileName: string): Promise<unknown> {
  try {
    const playlists = await transform(streamOf(bytes), fileName);
    return playlists.map(({ csv, ...counts }) => ({
      ...counts,
      csv: tableNames.map((table) => Buffer.concat(csv[table]).toString("latin1")),
    }));
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message };
  }
}

/** Transforms a file both ways. @throws if the outcomes differ @returns whether it was refused */
export async function compareTransforms(file: string | Buffer, fileName = "p.jsonl"): Promise<boolean> {
  const bytes = Buffer.from(file);
  const scanned = await outcome(scanning, bytes, fileName);
  assert.equal(scanned, await outcome(parsing, bytes, fileName));
  return !Array.isArray(scanned);
}

/** Compares damaged raw objects of three entries; the same ones for the same seed. @returns how many were refused */
export async function compareDamaged(seed: number, rounds: number): Promise<number> {
  const random = randomFrom(seed);
  let refused = 0;
  for (let round = 0; round < rounds; round++) {
    const shape = round % 2 === 0 ? "old" : "lean";
    const plan = { seed: seed * 10_000 + round, shape, entries: 3, oddShare: 0.3, oddNameShare: 0.5 } as const;
    const [first = "", page = "", last = ""] = [...rawLines(plan)];
    const damaged = mutate(Buffer.from(page), random);
    if (await compareTransforms(Buffer.concat([Buffer.from(first), damaged, Buffer.from(last)]))) refused += 1;
  }
  return refused;
}
