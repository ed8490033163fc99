import { suite } from "uvu";
import { runHostile } from "./hostile";

const test = suite("spotify/hostile");

for (let seed = 501; seed <= 525; seed += 1) {
  test(`what was served right is stored, nothing else: seed ${seed}`, () => runHostile(seed));
}

test.run();
