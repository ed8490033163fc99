// Checks in a real Trino the recorded values that the local functions are tested against.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { asText, trinoValues } from "../support/emulator/athena/trinoValues";
import { trino, trinoAnswers, trinoUrl } from "../support/queries/trino";

const test = suite("queries/trinoFunctions");

test("Trino returns the recorded values", async () => {
  if (!(await trinoAnswers())) {
    console.log(`skipped: no Trino at ${trinoUrl}`);
    return;
  }
  const wrong: [sql: string, got: unknown][] = [];
  for (const [sql, wanted] of trinoValues) {
    const value = await trino(`select ${asText(sql)}`).then(
      ({ rows }) => rows[0]?.[0],
      (error: Error) => error.message,
    );
    if (value !== wanted) wrong.push([sql, value]);
  }
  assert.equal(wrong, []);
});

test.run();
