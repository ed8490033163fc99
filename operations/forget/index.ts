// Spotify's terms ask for it when a user disconnects: what is stored of a playlist goes, with every trace that can be told.
import type { Place } from "../../lake";
import { forgetInDays } from "./dayStates";
import { failuresOf } from "./failures";
import { findLake, findRaw, type Holdings } from "./find";
import { removeVersions } from "./versions";

export { speaksOf } from "./failures";
export { findHoldings, type Holdings, isAnything } from "./find";

/** What a transform writes that was under way is looked for so often. */
const looksAfter = 3;

/**
 * Removes what was found. Ended in between, the same again goes on: what the playlist is known by goes last.
 * @param onStep told what is removed now
 */
export async function forgetPlaylist(
  place: Place,
  playlistId: string,
  holdings: Holdings,
  onStep: (what: string) => void,
): Promise<void> {
  const { s3, outputs } = place;
  const { rawBucket, lakeBucket, resultsBucket } = outputs;
  onStep("failure queues");
  await failuresOf(place.failureQueues, playlistId, "remove");
  onStep("results");
  await removeVersions(s3, resultsBucket, holdings.results);
  onStep("raw objects");
  await removeVersions(s3, rawBucket, holdings.raw);
  onStep("lake files");
  await removeVersions(s3, lakeBucket, holdings.lake);
  // Not before the lake's files: a run of the schedule's would bring the rows back.
  if (place.compactRows !== undefined) {
    onStep("compact copy");
    await place.compactRows.remove(playlistId);
  }
  onStep("state");
  await forgetInDays(s3, rawBucket, holdings.dayStates, playlistId);
  await removeVersions(s3, rawBucket, holdings.state);
  for (let look = 0; look < looksAfter; look++) {
    const [raw, lake] = [await findRaw(place, playlistId), await findLake(place, playlistId)];
    if (raw.length + lake.length === 0) return;
    onStep("what came meanwhile");
    await removeVersions(s3, rawBucket, raw);
    await removeVersions(s3, lakeBucket, lake);
  }
  throw new Error(`${playlistId} is stored again while it is being removed: wait for the run's end, and do it again`);
}
