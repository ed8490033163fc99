/** Shared by the client's tests: a suite with a new world for each test, and names of the requests that they count. */
import { suite } from "uvu";
import { type ClientOptions, makeSpotifyClient } from "../../../spotify/client";
import type { UserToken } from "../../../spotify/types";
import { standInApp } from "../../../standin/tokens";
import type { Misbehaviour } from "../standin/misbehaviours";
import { inOrder } from "../standin/misbehaviours";
import { changingLibrary, idA, idB, memoryTokens, playlistOf, startWorld, type World } from "./world";

export const token = "POST /api/token";
export const opening = `GET /v1/playlists/${idA}`;
export const items = `GET /v1/playlists/${idA}/items`;
export const tracks = `GET /v1/playlists/${idA}/tracks`;

/** A suite whose tests each start with a stand-in that serves two playlists. */
export function clientSuite(name: string) {
  const context = { world: undefined as unknown as World, library: changingLibrary([]) };
  const test = suite(name, context);

  async function setUp(standIn: Partial<Parameters<typeof startWorld>[0]>): Promise<void> {
    context.library = changingLibrary([playlistOf(idA, 120), playlistOf(idB, 0)]);
    context.world = await startWorld({ library: context.library, ...standIn });
  }

  function client(options: Partial<ClientOptions> = {}, userToken?: UserToken) {
    const { apiUrl, accountsUrl, effects } = context.world;
    const tokens = memoryTokens(userToken);
    const app = async () => standInApp;
    return { ...makeSpotifyClient(effects, { apiUrl, accountsUrl, app, tokens, ...options }), tokens };
  }

  /** Misbehaves at requests to the Web API alone, in order. */
  function wrongAnswers(...wrong: (Misbehaviour | undefined)[]): void {
    context.world.standIn.setMisbehave(inOrder(wrong, ({ path }) => path.startsWith("/v1/")));
  }

  test.before.each(() => setUp({ keepBodies: true }));
  test.after.each(() => context.world.close());

  return { test, context, setUp, client, wrongAnswers };
}
