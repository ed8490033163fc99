import { type RawEvent, rawObjectsOf } from "../../components/callbacks/rawEvents";
import { parsePlaylistId } from "../../spotify/playlistId";
import { parseRawKey, playlistIdOfFile, safeId } from "../../transforms/keys";
import { type FailedMessage, type FailureQueue, readFailure } from "../redrive";

/** Counts the messages that name a playlist, or removes them; the others stay, for others to see. */
export async function failuresOf(
  queues: readonly FailureQueue[],
  playlistId: string,
  what: "count" | "remove",
): Promise<number> {
  let found = 0;
  for (const queue of queues) {
    const kept: FailedMessage[] = [];
    for await (const message of queue.messages()) {
      const isIts = namesPlaylist(message, playlistId);
      if (isIts) found += 1;
      if (isIts && what === "remove") await queue.remove(message);
      else kept.push(message);
    }
    // Only now: put back at once they would come again.
    for (const message of kept) await queue.putBack(message);
  }
  return found;
}

function namesPlaylist(message: FailedMessage, playlistId: string): boolean {
  // An id of Spotify's stands for nothing else, wherever it is: in an event, or in what a run says of its failure.
  if (parsePlaylistId(playlistId) === playlistId && message.body.includes(playlistId)) return true;
  const call = readFailure(message);
  return "payload" in call && speaksOf(call.payload, playlistId);
}

/** Whether an event is of a raw object of the playlist. */
export function speaksOf(payload: unknown, playlistId: string): boolean {
  try {
    return rawObjectsOf(payload as RawEvent).some(({ key }) => {
      const { fileName } = parseRawKey(key) ?? {};
      return fileName !== undefined && playlistIdOfFile(fileName) === safeId(playlistId);
    });
  } catch {
    return false;
  }
}
