import type { Opening } from "../../spotify/client";
import { codedError, errorCode } from "../../spotify/errors";
import type { RestoreRecord } from "./record";
import { type RestoreTools, settleMs } from "./writing";

const pauseMs = 2_000;
const mostTries = 3;

/**
 * Makes the restore's playlist once, even if an earlier run was killed before it got the answer: then it is found among the
 * user's playlists, by the marker in its description.
 *
 * @returns its id, and whether it is known to be empty
 */
export async function makePlaylist(
  { client, writer, effects, records }: RestoreTools,
  record: RestoreRecord,
  { name, description }: { readonly name: string; readonly description: string },
): Promise<{ playlistId: string; isEmpty: boolean }> {
  for (let tries = 0; ; tries += 1) {
    const made = record.madeMs === undefined ? undefined : await findMade(record.madeMs);
    if (made !== undefined) return { playlistId: made, isEmpty: false };
    if (tries === mostTries) break;
    record.madeMs = effects.now();
    records.save(record);
    try {
      const marked = `${description} (restore ${record.marker})`;
      return { playlistId: await writer.create({ name, description: marked }), isEmpty: true };
    } catch (error) {
      if (errorCode(error) !== "UNCLEAR") throw error;
    }
  }
  throw codedError("TRANSIENT", `the new playlist "${name}"`, `it could not be made, ${mostTries} times`, {});

  /** The playlist that a request made, as soon as Spotify lists it; undefined if that request made none. */
  async function findMade(madeMs: number): Promise<string | undefined> {
    for (;;) {
      const isOld = effects.now() - madeMs >= settleMs;
      const found = (await client.myPlaylists((_left, openings) => !openings.some(isMade))).find(isMade);
      if (found !== undefined || isOld) return found?.playlistId;
      await effects.sleep(pauseMs);
    }
  }

  function isMade({ head }: Opening): boolean {
    const { description: text, ...listed } = JSON.parse(head[0]!.body) as Listed;
    if (typeof text === "string") return text.includes(record.marker);
    // Spotify can leave descriptions out. Then an empty playlist of that name serves as well.
    return listed.name === name && (listed.items ?? listed.tracks)?.total === 0;
  }
}

/** The part of a listed playlist that is compared. */
interface Listed {
  readonly name?: string;
  readonly description?: string | null;
  readonly items?: { readonly total?: number };
  readonly tracks?: { readonly total?: number };
}
