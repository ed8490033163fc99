// What the command does once it knows the playlist and the day: shows the difference, asks, writes.
import { FolderBusy, lockFolder } from "../../emulator/folderLock";
import { type Lake, makeFolder } from "../../lake";
import { type Restored, type RestoreJob, restore } from "../../operations/restore/execute";
import { type Kept, keepCurrent } from "../../operations/restore/keepCurrent";
import { listOn, type OldList } from "../../operations/restore/oldList";
import { contentsDigest, digestOf, recordFile, restoreFile, restoreFolder } from "../../operations/restore/record";
import { type Loss, type Target, targetOf } from "../../operations/restore/target";
import { localDate } from "../../spotify/days";
import { errorText } from "../../spotify/errors";
import { readEntries } from "../../spotify/readEntries";
import { type Call, printResult } from "../command";
import { lastDay } from "../history/historyCommand";
import type { StoredPlaylist } from "../playlistReference";
import { messageText } from "../progress";
import { connect, isSample } from "./connection";
import { beginningText, entriesText, lossesText, planText } from "./text";

/** What the command line asks for. */
interface Request extends Omit<RestoreJob, "old" | "into"> {
  readonly call: Call;
  readonly lake: Lake;
  readonly found: StoredPlaylist;
  readonly old: OldList;
  readonly isInPlace: boolean;
}

/** A playlist of Spotify holds a few more, but takes no more than this through its API. */
const mostEntries = 10_000;

/** Shows what is to be written, asks, writes it, and shows the result. @throws one line */
export async function carryOut(request: Request): Promise<void> {
  const { call, lake, found, old, isInPlace, others } = request;
  const { is, progress } = call;
  const name = old.name || found.name || found.id;
  const newName = isInPlace ? undefined : `${name} (as of ${old.day})`;
  const { rows } = await lake.query("select max(snapshot_day) from playlists");
  const newestDay = String(rows[0]?.[0]);
  const today = isSample(lake) ? newestDay : localDate(Date.now(), lake.outputs.schedules.timezone);
  const open = () => connect(lake, call, isInPlace, newestDay);
  const records = recordFile(restoreFile(lake, found.id, `${old.day}.${isInPlace ? "in-place" : "new"}.json`));
  const release = await holdRestores(lake);
  let connection: Awaited<ReturnType<typeof open>> | undefined;
  try {
    // A new playlist needs no consent before the user has agreed.
    if (isInPlace) connection = await open();
    const { client } = connection ?? {};
    const read =
      client &&
      (await progress.step(
        "read",
        () => readEntries(client, found.id),
        ({ entries }) => entriesText(entries.length),
      ));
    const last = read === undefined ? await listOn(lake, found.id, lastDay) : undefined;
    const unfinished = records.load();
    const refused = new Set(unfinished?.refused);
    const target = targetOf(old.entries, read?.entries.map(({ uri }) => uri) ?? [], { ...request, refused });
    if (target.uris.length > mostEntries) {
      const most = mostEntries.toLocaleString("en-US");
      throw new Error(`${entriesText(target.uris.length)} do not fit into a playlist: Spotify takes ${most}`);
    }
    const now = (read ?? last)?.entries ?? [];
    const nowIs = last === undefined ? "the list now" : `${last.day}, the last stored day`;
    show(call, planText({ ...request, name, newName, now, nowIs, target }));
    if (unfinished !== undefined) progress.note(`continues the restore that began at ${unfinished.startedAt}`);
    if (read !== undefined && digestOf(read) === contentsDigest(target.uris)) {
      records.remove();
      if (is.json) printResult(resultOf(request, { ...read, playlistId: found.id, target }), "", call);
      return show(call, "Nothing was written: the playlist is as it stood.\n");
    }
    const substitutes = await confirm(request, target);
    const kept =
      read === undefined || unfinished !== undefined
        ? undefined
        : await progress.step("keep", () => keepCurrent(lake, found.id, read, today), keptText);
    connection ??= await open();
    const into =
      read === undefined
        ? { name: newName ?? "", description: `As of ${old.day}, written by Playlake` }
        : { playlistId: found.id, shown: read };
    const tools = { ...connection, records };
    const restored = await progress
      .step(
        "write",
        (tell) => restore({ ...tools, tell }, { old: old.entries, into, others, substitutes }),
        ({ entries }) => `${entriesText(entries.length)}, read back as written`,
      )
      .catch((error: unknown) => {
        if (records.load() === undefined) throw error;
        throw new Error(`${errorText(error)}; the restore is not finished: run the same command again`);
      });
    if (is.json) printResult(resultOf(request, restored, kept), "", call);
    show(call, resultText(restored, { kept, substitutes, isSample: isSample(lake) }));
  } finally {
    await connection?.close();
    release();
  }
}

/** Shows a text to a reader. */
function show({ is, terminal }: Call, shown: string): void {
  if (!is.json && !is.quiet) terminal.out(messageText(shown, terminal.columns));
}

/** Keeps other restores away: a stack's lake has no lock. @throws one line if there is one */
async function holdRestores(lake: Lake): Promise<() => void> {
  const folder = restoreFolder(lake);
  makeFolder(folder);
  return lockFolder(folder).catch((error: Error) => {
    throw new Error(error instanceof FolderBusy ? `${error.message}; wait until its restore has ended` : error.message);
  });
}

/**
 * Asks whether to write, and with which releases.
 * @returns whether other releases take the place of what cannot come back
 * @throws one line if the answer is no
 */
async function confirm({ call, substitutes }: Request, { losses }: Target): Promise<boolean> {
  const { is, terminal } = call;
  if (is.yes) return substitutes;
  const offers = substitutes ? 0 : losses.filter(({ other }) => other !== undefined).length;
  const choice = offers === 0 ? "[y/N]" : "[y/N, s: with the other releases]";
  const answer = (await terminal.ask?.(`Write it to Spotify? ${choice} `))?.trim() ?? "";
  if (offers > 0 && /^s$/i.test(answer)) return true;
  if (!/^y(es)?$/i.test(answer)) throw new Error("not confirmed: nothing was written");
  return substitutes;
}

function keptText(kept: Kept): string {
  return "file" in kept ? kept.file : `the list before, ${kept.day}, ${kept.isNew ? "now" : "already"} in the lake`;
}

const urlOf = (playlistId: string) => `https://open.spotify.com/playlist/${playlistId}`;

/** The result as JSON. */
function resultOf({ found, old }: Request, { playlistId, target, entries }: Restored, kept?: Kept) {
  return {
    ...{ playlist: found.id, day: old.day, written: playlistId, url: urlOf(playlistId), entries: entries.length },
    ...{ lost: target.losses.map(lossJson), replaced: target.replaced.map(lossJson), leftovers: target.leftovers },
    before: kept ?? null,
  };
}

function lossJson({ entry, reason, other }: Loss) {
  const { uri, name, by } = entry.was ?? entry;
  return { uri: uri.startsWith("spotify:") ? uri : null, name, by, reason, otherRelease: other?.uri ?? null };
}

function resultText(
  { playlistId, target, entries }: Restored,
  { kept, substitutes, isSample }: { kept: Kept | undefined; substitutes: boolean; isSample: boolean },
): string {
  // The others were shown before the user agreed.
  const losses = target.losses.filter(({ reason }) => reason === "refused");
  const where = isSample ? "to the stand-in for Spotify, which forgets it now" : urlOf(playlistId);
  return [
    lossesText({ ...target, replaced: [], leftovers: 0, losses }, substitutes),
    kept !== undefined && "file" in kept ? `The list before is in ${kept.file}; npx playlake import reads it.\n` : "",
    `Written: ${entriesText(entries.length)}, ${where}\n`,
    isSample ? beginningText(entries) : "",
  ].join("");
}
