import { suite } from "uvu";
import { runHostile } from "./hostile";
import { askedSeeds } from "./schedules/suite";

const test = suite("spotify/hostile");

for (const seed of askedSeeds(process.env, 25)) {
  test(`whatever the server answers, what was served right is stored: seed ${seed}`, () => runHostile(seed));
}

test.run();
