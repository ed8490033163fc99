import type { Effects, Fetch } from "../../spotify/types";

/** The effects of this process, for requests to Spotify. */
export async function networkEffects(): Promise<Effects> {
  const { default: fetch } = await import("node-fetch");
  return {
    fetch: (...request: Parameters<Fetch>) => fetch(...request),
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: () => Math.random(),
  };
}
