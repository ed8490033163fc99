/** Shared by the tests of a day's run: a suite with a new world for each test, and the names that they use. */
import { suite } from "uvu";
import type { Misbehave } from "../standin/misbehaviours";
import { changingLibrary, idA, idB, type MemoryStore, playlistOf, startWorld, type World } from "./world";

export const user = { refreshToken: "planted-refresh-token", consentedAt: "2026-11-01T00:00:00.000Z" };

export const token = "POST /api/token";
export const opened = (id: string) => `GET /v1/playlists/${id}`;
export const paged = (id: string) => `GET /v1/playlists/${id}/items`;
/** The requests for a playlist of up to 100 entries, and for one of up to 150. */
export const readShort = (id: string) => [opened(id)];
export const readLong = (id: string) => [opened(id), paged(id), opened(id)];
export const key = (date: string, id: string) => `playlists/snapshot_date=${date}/${id}.jsonl.gz`;
export const today = "2026-11-22";

export function stateOf(store: MemoryStore, name: string): unknown {
  return JSON.parse(Buffer.from(store.objects.get(`state/${name}`)!).toString());
}

/** A suite whose tests each start with a library of two playlists. */
export function extractSuite(name: string) {
  const context = { world: undefined as unknown as World, library: changingLibrary([]) };
  const test = suite(name, context);

  async function setUp(standIn: Partial<Parameters<typeof startWorld>[0]>): Promise<void> {
    context.library = changingLibrary([playlistOf(idA, 3), playlistOf(idB, 2)]);
    context.world = await startWorld({ library: context.library, keepBodies: true, refreshTokens: [user], ...standIn });
  }

  async function again(standIn: Partial<Parameters<typeof startWorld>[0]>): Promise<void> {
    await context.world.close();
    await setUp(standIn);
  }

  function misbehave(misbehaviour: Misbehave): void {
    context.world.standIn.setMisbehave(misbehaviour);
  }

  test.before.each(() => setUp({}));
  test.after.each(() => context.world.close());

  return { test, context, again, misbehave };
}
