import { suite } from "uvu";
import { runSchedule } from "./schedules";

const test = suite("spotify, seeded schedules");

for (let seed = 1; seed <= 25; seed += 1) {
  test(`seed ${seed}`, () => runSchedule(seed));
}

test.run();
