import { suite } from "uvu";
import * as assert from "uvu/assert";
import { checkPair, simulatedDays } from "../../support/operations/restorePairs";

const test = suite("operations/restore/pairs");

test("50 lists and days of a year are restored under misbehaviour and kills", async () => {
  const simulated = simulatedDays(20, 365);
  let runs = 0;
  for (let seed = 1; seed <= 50; seed += 1) {
    const pair = await checkPair(simulated, seed).catch((error: Error) => {
      throw Object.assign(error, { message: `seed ${seed}: ${error.message}` });
    });
    runs += pair.runs;
  }
  assert.ok(runs > 100, `only ${runs - 50} runs were killed or failed`);
});

test.run();
