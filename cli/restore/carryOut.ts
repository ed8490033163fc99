// What the command does once it knows the playlist and the day: shows the difference, asks, writes.
import { FolderBusy, lockFolder } from "../../emulator/folderLock";
import { type Lake, makeFolder, type Progress } from "../../lake";
import { type Restored, type RestoreJob, restore } from "../../operations/restore/execute";
import { restoreFile, restoreFolder } from "../../operations/restore/folder";
import { type Kept, keepCurrent } from "../../operations/restore/keepCurrent";
import { listOn, type OldList } from "../../operations/restore/oldList";
import { contentsDigest, digestOf, type RecordStore, recordFile } from "../../operations/restore/record";
import { type Loss, type Target, targetOf } from "../../operations/restore/target";
import { localDate } from "../../spotify/days";
import { errorText } from "../../spotify/errors";
import { type ListEntry, type ListRead, readEntries } from "../../spotify/readEntries";
import { type OptionValues, printJson, type Terminal } from "../command";
import type { StoredPlaylist } from "../playlistReference";
import { messageText } from "../progress";
import { type Connection, connect, isSample } from "./connection";
import { beginningText, entriesText, lossesText, planText } from "./text";

/** What the command line asks for. */
export interface Request extends Omit<RestoreJob, "old" | "into"> {
  readonly lake: Lake;
  readonly found: StoredPlaylist;
  readonly old: OldList;
  readonly isInPlace: boolean;
  readonly values: OptionValues;
  readonly terminal: Terminal;
  readonly progress: Progress;
}

/** What is about to be written, as the user was shown it. */
interface Shown {
  readonly target: Target;
  /** The list that Spotify serves; undefined for a new playlist. */
  readonly read: ListRead | undefined;
}

/** A playlist of Spotify holds a few more, but takes no more than this through its API. */
const mostEntries = 10_000;

/** Shows what is to be written, asks, writes it, and shows the result. @throws one line */
export async function carryOut(request: Request): Promise<void> {
  const { lake, found, old, isInPlace, values, terminal } = request;
  const { rows } = await lake.query("select max(snapshot_day) from playlists");
  const newestDay = String(rows[0]?.[0]);
  const today = isSample(lake) ? newestDay : localDate(Date.now(), lake.outputs.schedules.timezone);
  const open = () => connect(lake, { isInPlace, day: newestDay, values, terminal });
  const records = recordFile(restoreFile(lake, found.id, `${old.day}.${isInPlace ? "in-place" : "new"}.json`));
  const release = await holdRestores(lake);
  let connection: Connection | undefined;
  try {
    // A new playlist needs no consent before the user has agreed.
    if (isInPlace) connection = await open();
    const shown = await show(request, records, connection);
    if (shown.read !== undefined && digestOf(shown.read) === contentsDigest(shown.target.uris)) {
      records.remove();
      if (values.json === true) tell(request, { ...shown.read, playlistId: found.id, target: shown.target }, undefined);
      else if (values.quiet !== true) terminal.out("Nothing was written: the playlist is as it stood.\n");
      return;
    }
    const substitutes = await confirm(request, shown.target);
    const isBegun = records.load() !== undefined;
    const kept = shown.read === undefined || isBegun ? undefined : await keep(request, shown.read, today);
    connection ??= await open();
    const agreed = { ...request, substitutes };
    tell(agreed, await write(agreed, records, connection, shown.read), kept);
  } finally {
    await connection?.close();
    release();
  }
}

/** Keeps other restores away: a stack's lake has no lock. @throws one line if there is one */
async function holdRestores(lake: Lake): Promise<() => void> {
  const folder = restoreFolder(lake);
  makeFolder(folder);
  return lockFolder(folder).catch((error: Error) => {
    throw new Error(error instanceof FolderBusy ? `${error.message}; wait until its restore has ended` : error.message);
  });
}

/** Shows the difference between now and then. */
async function show(request: Request, records: RecordStore, connection: Connection | undefined): Promise<Shown> {
  const { lake, found, old, substitutes, others, values, terminal, progress } = request;
  const unfinished = records.load();
  const read = connection === undefined ? undefined : await readNow(request, connection);
  const last = read === undefined ? await listOn(lake, found.id, "9999-12-31") : undefined;
  const now: readonly ListEntry[] = (read ?? last)?.entries ?? [];
  const current = (read?.entries ?? []).map(({ uri }) => uri);
  const target = targetOf(old.entries, current, { refused: new Set(unfinished?.refused), others, substitutes });
  if (target.uris.length > mostEntries) {
    const most = mostEntries.toLocaleString("en-US");
    throw new Error(`${entriesText(target.uris.length)} do not fit into a playlist: Spotify takes ${most}`);
  }
  const was = old.entries.flatMap((entry) => entry.was ?? []);
  const names = new Map([...now, ...others.values(), ...was, ...old.entries].map((entry) => [entry.uri, entry]));
  const plan = {
    ...{ name: nameOf(request), day: old.day, newName: newNameOf(request), now, old: old.entries },
    ...{ nowIs: last === undefined ? "the list now" : `${last.day}, the last stored day`, target, names, substitutes },
  };
  if (values.json !== true && values.quiet !== true) terminal.out(messageText(planText(plan), terminal.columns));
  if (unfinished !== undefined) progress.note(`continues the restore that began at ${unfinished.startedAt}`);
  return { target, read };
}

function readNow({ found, progress }: Request, { client }: Connection): Promise<ListRead> {
  return progress.step(
    "read",
    () => readEntries(client, found.id),
    ({ entries }) => entriesText(entries.length),
  );
}

function nameOf({ old, found }: Request): string {
  return old.name || found.name || found.id;
}

/** The new playlist's name; undefined if the playlist itself is written. */
function newNameOf(request: Request): string | undefined {
  return request.isInPlace ? undefined : `${nameOf(request)} (as of ${request.old.day})`;
}

/**
 * Asks whether to write, and with which releases.
 * @returns whether other releases take the place of what cannot come back
 * @throws one line if the answer is no
 */
async function confirm({ values, terminal, substitutes }: Request, { losses }: Target): Promise<boolean> {
  if (values.yes === true) return substitutes;
  const offers = substitutes ? 0 : losses.filter(({ other }) => other !== undefined).length;
  const choice = offers === 0 ? "[y/N]" : "[y/N, s: with the other releases]";
  const answer = (await terminal.ask?.(`Write it to Spotify? ${choice} `))?.trim() ?? "";
  if (offers > 0 && /^s$/i.test(answer)) return true;
  if (!/^y(es)?$/i.test(answer)) throw new Error("not confirmed: nothing was written");
  return substitutes;
}

function keep({ lake, found, progress }: Request, read: ListRead, today: string): Promise<Kept> {
  return progress.step(
    "keep",
    () => keepCurrent(lake, found.id, read, today),
    (kept) =>
      "file" in kept ? kept.file : `the list before, ${kept.day}, ${kept.isNew ? "now" : "already"} in the lake`,
  );
}

async function write(
  request: Request,
  records: RecordStore,
  connection: Connection,
  shown: ListRead | undefined,
): Promise<Restored> {
  const { old, found, others, substitutes, progress } = request;
  const name = newNameOf(request) ?? "";
  const description = `As of ${old.day}, written by Playlake`;
  const into = shown === undefined ? { name, description } : { playlistId: found.id, shown };
  return progress
    .step(
      "write",
      (tellProgress) =>
        restore({ ...connection, records, tell: tellProgress }, { old: old.entries, into, others, substitutes }),
      ({ entries }) => `${entriesText(entries.length)}, read back as written`,
    )
    .catch((error: unknown) => {
      if (records.load() === undefined) throw error;
      throw new Error(`${errorText(error)}; the restore is not finished: run the same command again`);
    });
}

function tell(request: Request, { playlistId, target, entries }: Restored, kept: Kept | undefined): void {
  const { found, old, lake, values, terminal, substitutes } = request;
  const url = `https://open.spotify.com/playlist/${playlistId}`;
  if (values.json === true) {
    const result = {
      ...{ playlist: found.id, day: old.day, written: playlistId, url, entries: entries.length },
      ...{ lost: target.losses.map(lossJson), replaced: target.replaced.map(lossJson), leftovers: target.leftovers },
      before: kept ?? null,
    };
    printJson(result, terminal);
  }
  if (values.json === true || values.quiet === true) return;
  // The others were shown before the user agreed.
  const refused = { ...target, replaced: [], leftovers: 0, losses: target.losses.filter(isRefused) };
  const file = kept !== undefined && "file" in kept ? kept.file : undefined;
  const lines = [
    lossesText(refused, substitutes),
    file === undefined ? "" : `The list before is in ${file}; npx playlake import reads it.\n`,
    `Written: ${entriesText(entries.length)}, ${isSample(lake) ? "to the stand-in for Spotify, which forgets it now" : url}\n`,
    isSample(lake) ? beginningText(entries) : "",
  ];
  terminal.out(messageText(lines.join(""), terminal.columns));
}

function isRefused({ reason }: Loss): boolean {
  return reason === "refused";
}

function lossJson({ entry, reason, other }: Loss) {
  const { uri, name, by } = entry.was ?? entry;
  return { uri: uri.startsWith("spotify:") ? uri : null, name, by, reason, otherRelease: other?.uri ?? null };
}
