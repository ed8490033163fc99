import { FolderBusy, lockFolder } from "../emulator/folderLock";
import { type Lake, makeFolder } from "../lake";
import { type Restored, restore } from "../operations/restore/execute";
import { type Kept, keepCurrent } from "../operations/restore/keepCurrent";
import { listOn, type OldList, otherReleases, withEarlierItems } from "../operations/restore/oldList";
import { contentsDigest, digestOf, recordFile, restoreFile, restoreFolder } from "../operations/restore/record";
import { type Loss, type Target, targetOf } from "../operations/restore/target";
import { localDate } from "../spotify/days";
import { errorText } from "../spotify/errors";
import { parsePlaylistId } from "../spotify/playlistId";
import { readEntries } from "../spotify/readEntries";
import { likedId } from "../transforms/keys";
import { type Call, type Command, pipelineOptions, printResult, wrongUse } from "./command";
import { dayOption } from "./dates";
import { lastDay, onePlaylist } from "./history/historyCommand";
import { consentOptions } from "./login/consent";
import { tellLine, withLake } from "./openLake";
import { playlistOf, type StoredPlaylist } from "./playlistReference";
import { messageText } from "./progress";
import { connect, isSample } from "./restore/connection";
import { beginningText, entriesText, lossesText, planText } from "./restore/text";

/** A playlist of Spotify holds a few more, but takes no more than this through its API. */
const mostEntries = 10_000;

export const command: Command = {
  summary: "write a playlist to Spotify as it stood on a day",
  usage: "playlake restore PLAYLIST --to DAY [--in-place] [--substitute] [--yes] [OPTIONS]",
  about: `Writes a playlist to Spotify as it stood on a day (the last stored one up to DAY): into a new private playlist,
"NAME (as of DAY)", or with --in-place into the playlist itself. Order and duplicates are kept. Shows the difference first,
and asks. PLAYLIST is an id, a link or a part of its name; Liked Songs ("liked") are written into a playlist. DAY is a day
such as 2026-11-01, yesterday or "3 months ago".

Local files, entries without an item and tracks that Spotify took down cannot come back; the command lists them, with other
releases of the same recording (equal ISRC) that the lake knows. If it is interrupted, run the same command again: it goes
on, and the result is the same.

Asks for the consent to write on Spotify's page, as playlake login does, each time. That token is never stored. The samples
are written to a stand-in for Spotify, which forgets them when the command ends.`,
  options: {
    "to DAY": "the day to go back to",
    "in-place":
      "writes the playlist itself; today's state is stored in the lake first (or, if the lake has another state of today, in a file that is named)",
    substitute: "puts another release in the place of what cannot come back",
    yes: "does not ask",
    ...consentOptions,
    ...pipelineOptions,
    json: "prints the result as JSON; needs --yes",
  },
  examples: [
    'playlake restore "road trip" --to 2026-11-01',
    'playlake restore liked --to "3 months ago" --substitute',
    "playlake restore 3cEYpjA9oz9GiPac4AsH4n --to yesterday --in-place",
  ],
  async run(call) {
    const { is, terminal } = call;
    const words = onePlaylist(call);
    const day = dayOption(call, "to");
    if (day === undefined) throw wrongUse('restore: give the day, such as --to 2026-11-01 or --to "3 months ago"');
    if (is.json && !is.yes) throw wrongUse("restore: --json needs --yes");
    if (terminal.ask === undefined && !is.yes) {
      throw wrongUse("restore: give --yes to write it; there is no terminal to ask on");
    }
    await withLake(call, (lake) => restoreFrom(lake, call, words, day));
  },
};

/** Shows what is to be written, asks, writes it, and shows the result. @throws one line */
async function restoreFrom(lake: Lake, call: Call, words: string, day: string): Promise<void> {
  const { is, terminal, progress } = call;
  const fitted = (text: string) => messageText(text, terminal.columns);
  const found = await playlistOf(lake, words, (remark) => tellLine(call, remark));
  const isInPlace = is["in-place"] === true;
  if (isInPlace) checkInPlace(found);
  const old = await oldListOf(lake, found, day);
  const options = { others: await otherReleases(lake, found.id), substitutes: is.substitute === true };
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
    const target = targetOf(old.entries, read?.entries.map(({ uri }) => uri) ?? [], { ...options, refused });
    if (target.uris.length > mostEntries) {
      const most = mostEntries.toLocaleString("en-US");
      throw new Error(`${entriesText(target.uris.length)} do not fit into a playlist: Spotify takes ${most}`);
    }
    const now = (read ?? last)?.entries ?? [];
    const nowIs = last === undefined ? "the list now" : `${last.day}, the last stored day`;
    const plan = planText({ name, newName, now, nowIs, old, target, ...options });
    if (!is.json && !is.quiet) terminal.out(fitted(plan));
    if (unfinished !== undefined) progress.note(`continues the restore that began at ${unfinished.startedAt}`);
    if (read !== undefined && digestOf(read) === contentsDigest(target.uris)) {
      records.remove();
      const result = resultOf(found, old, { ...read, playlistId: found.id, target });
      return printResult(result, fitted("Nothing was written: the playlist is as it stood.\n"), call);
    }
    const substitutes = await confirm(call, target);
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
        (tell) => restore({ ...tools, tell }, { old: old.entries, into, others: options.others, substitutes }),
        ({ entries }) => `${entriesText(entries.length)}, read back as written`,
      )
      .catch((error: unknown) => {
        if (records.load() === undefined) throw error;
        throw new Error(`${errorText(error)}; the restore is not finished: run the same command again`);
      });
    const shown = resultText(restored, kept, substitutes, isSample(lake));
    printResult(resultOf(found, old, restored, kept), fitted(shown), call);
  } finally {
    await connection?.close();
    release();
  }
}

/** @throws wrong use if the playlist cannot be written in place */
function checkInPlace({ id, name }: StoredPlaylist): void {
  if (id === likedId) {
    throw wrongUse("restore: Liked Songs are restored as a playlist; leave out --in-place");
  }
  if (parsePlaylistId(id) !== id) {
    throw wrongUse(`restore: "${name || id}" was imported without its Spotify id; leave out --in-place`);
  }
}

/** @throws one line if nothing was stored up to that day */
async function oldListOf(lake: Lake, found: StoredPlaylist, day: string): Promise<OldList> {
  const stored = await listOn(lake, found.id, day);
  if (stored !== undefined) return withEarlierItems(lake, found.id, stored);
  throw new Error(`"${found.name || found.id}" was first stored on ${found.firstDay}: ${day} is not known`);
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
async function confirm({ is, terminal }: Call, { losses }: Target): Promise<boolean> {
  const substitutes = is.substitute === true;
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

function resultOf(found: StoredPlaylist, old: OldList, { playlistId, target, entries }: Restored, kept?: Kept) {
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
  kept: Kept | undefined,
  substitutes: boolean,
  isSample: boolean,
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
