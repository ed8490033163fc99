import { suite } from "uvu";
import { runHostile } from "./hostile";
import { askedSeeds } from "./schedules/suite";

const test = suite("spotify, many hostile servers");

for (const seed of askedSeeds(process.env, 500)) {
  test(`what was served right is stored, nothing else: seed ${seed}`, () => runHostile(seed));
}

test.run();
