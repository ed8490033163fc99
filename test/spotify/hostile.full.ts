import { suite } from "uvu";
import { runHostile } from "../support/spotify/hostile";
import { askedSeeds } from "../support/spotify/schedules/suite";

const test = suite("spotify/hostile");

for (const seed of askedSeeds(process.env, 40)) {
  test(`only good answers are stored: seed ${seed}`, () => runHostile(seed));
}

test.run();
