import { suite } from "uvu";
import { runSchedule } from "./schedules";

const test = suite("spotify, many seeded schedules");
/** `SEED=17 npx uvu …` runs that one alone. */
const { SEED } = process.env;
const seeds = SEED === undefined ? Array.from({ length: 500 }, (_, index) => 26 + index) : [Number(SEED)];

for (const seed of seeds) {
  test(`seed ${seed}`, () => runSchedule(seed));
}

test.run();
