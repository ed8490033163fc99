import { suite } from "uvu";
import * as assert from "uvu/assert";
import { answersText } from "../../cli/answers";
import type { LakeSql } from "../../lake";

const test = suite("cli/answers");

/** What stands under the first heading if no playlist has a change. */
async function withoutChanges(storedDays: number): Promise<string | undefined> {
  const query = async (sql: string) => {
    const rows = sql.includes("count(distinct snapshot_day)") ? [[BigInt(storedDays)]] : [];
    return { columns: [{ name: "days", type: "bigint" }], rows };
  };
  const [title, below] = (await answersText({ query } as unknown as LakeSql, 80)).split("\n");
  assert.is(title, "What came and went since the day before");
  return below;
}

test("without changes, a run reports whether there is a day to compare", async () => {
  assert.is(await withoutChanges(0), "  nothing: no playlist is stored yet");
  assert.is(await withoutChanges(1), "  nothing yet: this is the first stored day");
  assert.is(await withoutChanges(2), "  nothing");
  assert.is(await withoutChanges(365), "  nothing");
});

test.run();
