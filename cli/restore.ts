import type { Lake, Progress } from "../lake";
import { type Restored, type RestoreJob, restore as writeList } from "../operations/restore/execute";
import { restoreFile } from "../operations/restore/folder";
import { type Kept, keepCurrent } from "../operations/restore/keepCurrent";
import { listOn, type OldList, otherReleases, withEarlierItems } from "../operations/restore/oldList";
import { contentsDigest, recordFile } from "../operations/restore/record";
import { type Loss, targetOf } from "../operations/restore/target";
import { localDate } from "../spotify/days";
import { isInCatalog } from "../spotify/entryUri";
import { parsePlaylistId } from "../spotify/playlistId";
import { type ListEntry, type ListRead, readEntries } from "../spotify/readEntries";
import { likedId } from "../transforms/keys";
import { type Command, type OptionValues, pipelineOptions, type Terminal, text, wrongUse } from "./command";
import { dayInWords, localToday } from "./dates";
import { consentOptions } from "./login/ask";
import { withLake } from "./openLake";
import { playlistOf, type StoredPlaylist } from "./playlistReference";
import { createProgress } from "./progress";
import { type Connection, connect, isSample } from "./restore/connection";
import { beginningText, entriesText, lossesText, planText } from "./restore/text";

const help = `Usage: playlake restore PLAYLIST --to DAY [--in-place] [--substitute] [--yes]
                 [--state DIR | --stack NAME] [--port N] [--open]
                 [--timeout-seconds N]

Writes a playlist to Spotify as it stood on a day (the last stored one up to
DAY): into a new private playlist, "NAME (as of DAY)", or with --in-place into
the playlist itself. Order and duplicates are kept. Shows the difference first,
and asks. PLAYLIST is an id, a link or a part of its name; Liked Songs ("liked")
are written into a playlist. DAY is a day such as 2026-11-01, yesterday or
"3 months ago".

Local files, entries without an item and tracks that Spotify took down cannot
come back; the command lists them, with other releases of the same recording
(equal ISRC) that the lake knows. If it is interrupted, run the same command
again: it goes on, and the result is the same.

Asks for the consent to write on Spotify's page, as playlake login does, each
time. That token is never stored. The samples are written to a stand-in for
Spotify, which forgets them when the command ends.

  --to DAY              the day to go back to
  --in-place            writes the playlist itself; today's state is stored in
                        the lake first (or, if the lake has another state of
                        today, in a file that is named)
  --substitute          puts another release in the place of what cannot come
                        back
  --yes                 does not ask
  --state DIR           the lake in this state folder (default: that of the last
                        run)
  --stack NAME          the lake of the deployed stack NAME
  --config KEY=VALUE    a setting of the stack, as run takes it
  --port N, --open, --timeout-seconds N
                        as in playlake login
  --quiet               prints problems only
  --json                prints the result as JSON; needs --yes

Examples:
  playlake restore "road trip" --to 2026-11-01
  playlake restore liked --to "3 months ago" --substitute
  playlake restore 3cEYpjA9oz9GiPac4AsH4n --to yesterday --in-place
`;

/** A playlist of Spotify holds a few more, but takes no more than this through its API. */
const mostEntries = 10_000;

/** What the command line asks for. */
interface Request {
  readonly lake: Lake;
  readonly found: StoredPlaylist;
  readonly old: OldList;
  readonly isInPlace: boolean;
  readonly substitutes: boolean;
  readonly others: RestoreJob["others"];
  readonly values: OptionValues;
  readonly terminal: Terminal;
  readonly progress: Progress;
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

/** The list now: as Spotify serves it if it is written in place, else as the lake has it last. */
async function compareWith(
  { lake, found, isInPlace, progress }: Request,
  connection: Connection | undefined,
): Promise<{ entries: readonly ListEntry[]; is: string; read?: ListRead }> {
  if (isInPlace && connection !== undefined) {
    const read = await progress.step(
      "read",
      () => readEntries(connection.client, found.id),
      ({ entries }) => entriesText(entries.length),
    );
    return { entries: read.entries, is: "the list now", read };
  }
  const last = await listOn(lake, found.id, "9999-12-31");
  return { entries: last?.entries ?? [], is: `${last?.day}, the last stored day` };
}

function namesOf(...lists: (readonly ListEntry[])[]): Map<string, ListEntry> {
  return new Map(lists.flat().map((entry) => [entry.uri, entry]));
}

/** @throws an error if the answer is no */
async function confirm({ values, terminal }: Request): Promise<void> {
  if (values.yes === true) return;
  const answer = await terminal.ask?.("Write it to Spotify? [y/N] ");
  if (!/^y(es)?$/i.test(answer?.trim() ?? "")) throw new Error("not confirmed: nothing was written");
}

async function keepToday(request: Request, read: ListRead, today: string): Promise<Kept> {
  const { lake, found, progress } = request;
  return progress.step(
    "keep",
    () => keepCurrent(lake, found.id, read, today),
    (kept) =>
      "file" in kept ? kept.file : `the list before, ${kept.day}, ${kept.isNew ? "now" : "already"} in the lake`,
  );
}

async function carryOut(request: Request, open: () => Promise<Connection>, newestDay: string): Promise<void> {
  const { lake, found, old, isInPlace, substitutes, others, values, terminal, progress } = request;
  const isQuiet = values.quiet === true || values.json === true;
  const day = old.day;
  const name = old.name || found.name || found.id;
  const newName = isInPlace ? undefined : `${name} (as of ${day})`;
  const records = recordFile(restoreFile(lake, found.id, `${day}.${isInPlace ? "in-place" : "new"}.json`));
  const unfinished = records.load();
  let connection: Connection | undefined;
  try {
    if (isInPlace) connection = await open();
    const now = await compareWith(request, connection);
    const current = isInPlace ? now.entries.map(({ uri }) => uri) : [];
    const refused = new Set(unfinished?.refused);
    const target = targetOf(old.entries, current, { refused, others, substitutes });
    if (target.uris.length > mostEntries) {
      throw new Error(`${entriesText(target.uris.length)} do not fit into a playlist: Spotify takes ${mostEntries}`);
    }
    const was = old.entries.flatMap((entry) => entry.was ?? []);
    const names = namesOf(now.entries, [...others.values()], was, old.entries);
    const { entries, is: nowIs } = now;
    const plan = { name, day, newName, now: entries, nowIs, old: old.entries, target, names, substitutes };
    if (!isQuiet) terminal.out(planText(plan));
    if (unfinished !== undefined) progress.note(`goes on with the restore that began at ${unfinished.startedAt}`);
    if (isInPlace && contentsDigest(current) === contentsDigest(target.uris)) {
      records.remove();
      const written = { playlistId: found.id, snapshotId: undefined, responses: [], entries: [...entries], target };
      if (values.json === true) tellResult(request, written);
      else if (!isQuiet) terminal.out("Nothing is written.\n");
      return;
    }
    await confirm(request);
    const { read } = now;
    const today = isSample(lake) ? newestDay : localDate(Date.now(), lake.outputs.schedules.timezone);
    const kept = read === undefined || unfinished !== undefined ? undefined : await keepToday(request, read, today);
    connection ??= await open();
    const tools = { ...connection, records };
    const into =
      read === undefined
        ? { name: newName ?? name, description: `As of ${day}, written by Playlake` }
        : { playlistId: found.id, shown: read };
    const written = await progress.step(
      "write",
      (tell) => writeList({ ...tools, tell }, { old: old.entries, into, others, substitutes }),
      (done) => `${entriesText(done.entries.length)}, read back as written`,
    );
    tellResult(request, written, kept);
  } finally {
    await connection?.close();
  }
}

function tellResult(request: Request, written: Restored, kept?: Kept): void {
  const { found, old, lake, values, terminal, substitutes } = request;
  const { playlistId, target, entries } = written;
  const url = `https://open.spotify.com/playlist/${playlistId}`;
  if (values.json === true) {
    const result = {
      playlist: found.id,
      day: old.day,
      written: playlistId,
      url,
      entries: entries.length,
      lost: target.losses.map(lossJson),
      replaced: target.replaced.map(lossJson),
      leftovers: target.leftovers,
      before: kept ?? null,
    };
    terminal.out(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  if (values.quiet === true) return;
  const refused = { ...target, replaced: [], leftovers: 0, losses: target.losses.filter(isRefused) };
  const place = isSample(lake) ? "to the stand-in for Spotify, which forgets it now" : url;
  const before =
    kept !== undefined && "file" in kept ? `The list before is in ${kept.file}; playlake import reads it.\n` : "";
  const beginning = isSample(lake) ? beginningText(entries) : "";
  terminal.out(
    `${lossesText(refused, substitutes)}${before}Written: ${entriesText(entries.length)}, ${place}\n${beginning}`,
  );
}

function isRefused({ reason }: Loss): boolean {
  return reason === "refused";
}

function lossJson({ entry, reason, other }: Loss) {
  const { uri, name, by } = entry.was ?? entry;
  return { uri: isInCatalog(uri) ? uri : null, name, by, reason, otherRelease: other?.uri ?? null };
}

/** `playlake restore`: writes a playlist to Spotify as it stood on a day. */
export const restore: Command = {
  summary: "write a playlist to Spotify as it stood on a day",
  help,
  options: {
    to: { type: "string" },
    "in-place": { type: "boolean" },
    substitute: { type: "boolean" },
    yes: { type: "boolean" },
    ...consentOptions,
    ...pipelineOptions,
  },
  async run(values, positionals, terminal) {
    const words = positionals.join(" ");
    if (words.trim() === "") throw wrongUse("restore: name the playlist");
    const to = text(values, "to");
    if (to === undefined) throw wrongUse('restore: give the day, such as --to 2026-11-01 or --to "3 months ago"');
    const day = dayInWords("--to", to, localToday());
    if (values.json === true && values.yes !== true) throw wrongUse("restore: --json needs --yes");
    if (terminal.ask === undefined && values.yes !== true) {
      throw wrongUse("restore: give --yes to write it; there is no terminal to ask on");
    }
    const progress = createProgress(terminal, values.quiet === true);
    await withLake({ command: "restore", values, terminal, progress }, async (lake) => {
      const found = await playlistOf(lake, words);
      const isInPlace = values["in-place"] === true;
      if (isInPlace) checkInPlace(found);
      const stored = await listOn(lake, found.id, day);
      if (stored === undefined) {
        throw new Error(`"${found.name || found.id}" was first stored on ${found.firstDay}: ${day} is not known`);
      }
      const old = await withEarlierItems(lake, found.id, stored);
      const others = await otherReleases(lake, found.id);
      const newestDay = String((await lake.query("select max(snapshot_day) from playlists")).rows[0]?.[0]);
      const substitutes = values.substitute === true;
      const request = { lake, found, old, isInPlace, substitutes, others, values, terminal, progress };
      await carryOut(request, () => connect(lake, { isInPlace, day: newestDay, values, terminal }), newestDay);
    });
  },
};
