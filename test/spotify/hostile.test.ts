import { suite } from "uvu";
import { runHostile } from "../support/spotify/hostile";

const test = suite("spotify/hostile");

for (let seed = 501; seed <= 512; seed += 1) {
  test(`only good answers are stored: seed ${seed}`, () => runHostile(seed));
}

test.run();
