import { setTimeout as sleep } from "node:timers/promises";

const firstPauseMs = 100;
const longestPauseMs = 5000;

/**
 * Asks again and again, with growing pauses, until there is an answer.
 * @param look gives undefined where it has to be asked again
 * @returns undefined where there was none within `limitMs`
 */
export async function waitFor<T>(look: () => Promise<T | undefined>, limitMs: number): Promise<T | undefined> {
  const endMs = performance.now() + limitMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const answer = await look();
    if (answer !== undefined || performance.now() > endMs) return answer;
    await sleep(pauseMs);
  }
}
