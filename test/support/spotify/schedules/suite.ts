/** A suite with one test a seed; several worlds run the seeds side by side. */
import { suite, type Test } from "uvu";
import { runSchedule } from "./runSchedule";
import { openWorld, runExtractors, type World } from "./world";

/** A child and this process take turns: two worlds keep two cores busy. */
const worldCount = 2;
const command = "npx uvu -r ./scripts/register.js test 'spotify/schedules.full'";

/** @param seeds each a whole number */
export function scheduleSuite(name: string, seeds: readonly number[]): Test {
  const test = suite(name);
  const worlds: World[] = [];
  const endings = new Map<number, Promise<unknown>>();
  let removeProgram = () => {};

  test.before(async () => {
    const program = await runExtractors();
    removeProgram = program.remove;
    for (let opened = 0; opened < Math.min(worldCount, seeds.length); opened += 1)
      worlds.push(await openWorld(program));
    const lanes = worlds.map((world) => ({ world, isFree: Promise.resolve<unknown>(undefined) }));
    for (const [index, seed] of seeds.entries()) {
      const lane = lanes[index % lanes.length]!;
      lane.isFree = lane.isFree.then(() => runSchedule(lane.world, seed)).catch((error: unknown) => error);
      endings.set(seed, lane.isFree);
    }
  });

  test.after(async () => {
    for (const world of worlds) await world.close();
    removeProgram();
  });

  for (const seed of seeds) {
    test(`seed ${seed}`, async () => {
      const error = await endings.get(seed);
      if (!(error instanceof Error)) return;
      error.message += `\n  This seed alone: SEED=${seed} ${command}`;
      throw error;
    });
  }
  return test;
}

/**
 * The seeds that the environment asks for: SEED=17, or SEEDS=3,17 or SEEDS=1-2000.
 * @param count how many otherwise: 1 and up
 */
export function askedSeeds({ SEED, SEEDS }: NodeJS.ProcessEnv, count: number): number[] {
  const asked = SEED ?? SEEDS ?? `1-${count}`;
  return asked.split(",").flatMap((part) => {
    const [from = Number.NaN, to = from] = part.split("-").map(Number);
    if (!Number.isInteger(from) || !Number.isInteger(to)) throw new Error(`SEEDS: got ${asked}, expected e.g. 1-500`);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
