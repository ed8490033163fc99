import { suite } from "uvu";
import { checkPair, simulatedDays } from "../../support/operations/restorePairs";

const test = suite("operations/restore/pairs");
const simulated = simulatedDays(8, 60);

for (let seed = 1; seed <= 8; seed += 1) {
  test(`a list is restored under misbehaviour and kills: seed ${seed}`, async () => {
    await checkPair(simulated, seed);
  });
}

test.run();
