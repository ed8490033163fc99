// What each command of the history asks, and how it shows the answer.
import { count } from "../../lake/lists";
import { type Command, refuseWords, wrongUse } from "../command";
import { dayInWords, dayOption } from "../dates";
import { oneLine } from "../table";
import { historyCommand, lastDay, nearestDay, onePlaylist } from "./historyCommand";
import {
  changeCounts,
  changeLines,
  dailyChanges,
  duplicateColumns,
  entryColumns,
  playlistColumns,
  stayColumns,
  table,
} from "./print";

const list = historyCommand({
  summary: "list the playlists with size and last change",
  usage: "playlake list [OPTIONS]",
  about: `Lists the stored playlists: how many entries each has now, and the last day on which something came, went, moved,
became unavailable or can be played again. A playlist that was not stored on the newest day, such as a deleted one, is listed
as it last was.`,
  examples: ["playlake list"],
  query: "playlists-now",
  question: (call) => {
    refuseWords(call);
    return { values: {} };
  },
  describe: () => ({
    empty: "No playlist is stored yet. npx playlake run stores them.",
    text: (rows, paper) => table(rows, playlistColumns(rows), paper),
  }),
});

const show = historyCommand({
  summary: "show a playlist as it stood on a day",
  usage: "playlake show PLAYLIST [--on DAY] [OPTIONS]",
  about: `Shows a playlist as it stood: now, or on a day. If nothing was stored on that day, shows the latest snapshot before
it, and says so.`,
  examples: [
    'playlake show "road trip" --on 2026-11-01',
    'playlake show liked --on "3 months ago" --format csv > liked.csv',
  ],
  options: { "on DAY": "the day (default: the last stored one)" },
  query: "playlist-on-day",
  question: (call) => ({ playlist: onePlaylist(call), values: { day: dayOption(call, "on") ?? lastDay } }),
  emptyIfNull: "place",
  describe(answered) {
    const { all, name, title, values } = answered;
    const { playlist, snapshot_date } = all[0] ?? {};
    const [remark] = nearestDay(answered, values.day ?? "", snapshot_date);
    const heading = `${playlist === null ? title : oneLine(playlist)} on ${snapshot_date}`;
    return {
      remark,
      empty: `${name} was empty on ${snapshot_date}.`,
      text: async (rows, paper) =>
        `${heading}: ${count(rows.length, "entry", "entries")}\n\n${await table(rows, entryColumns(paper), paper)}`,
    };
  },
});

const log = historyCommand({
  summary: "log what came into a playlist, went and moved",
  usage: "playlake log PLAYLIST [--since DAY] [OPTIONS]",
  about: `Lists what came into a playlist, what went and what moved, day by day, newest day first, and which songs became
unavailable or can be played again. A song that only shifts because of others has not moved.`,
  examples: ['playlake log "road trip"', 'playlake log liked --since "last month"'],
  options: { "since DAY": "leaves out what happened before this day" },
  query: "playlist-log",
  question: (call) => ({
    playlist: onePlaylist(call),
    values: { since: dayOption(call, "since") ?? "0001-01-01" },
  }),
  describe({ found, title, name, values: { since = "" } }) {
    const { firstDay = "", lastDay: day = "" } = found ?? {};
    const from = since > firstDay ? since : `${firstDay}, its first stored day`;
    return {
      empty:
        since > day
          ? `${name} was last stored on ${day}: nothing is known since ${since}.`
          : `Nothing came into ${name}, went, moved or became unavailable since ${from}.`,
      text: async (rows, paper) => `${title}\n\n${await dailyChanges(rows, paper)}`,
    };
  },
});

const diff = historyCommand({
  summary: "compare a playlist on two days",
  usage: "playlake diff PLAYLIST DAY [DAY] [OPTIONS]",
  about: `Lists what came into a playlist, what went, what moved and what became unavailable between two days, or from a day
until now. A day without a snapshot takes the latest before it.`,
  examples: ['playlake diff "road trip" 2026-11-01 2026-11-15', 'playlake diff liked "3 months ago" --json'],
  query: "changes-between",
  question({ positionals: [playlist, ...days] }) {
    if (playlist === undefined || days.length < 1 || days.length > 2) {
      throw wrongUse('diff: give a playlist and one day or two, such as "road trip" "3 months ago" yesterday');
    }
    const [one = "", other = lastDay] = days.map((day) => dayInWords("diff", day));
    if (one <= other) return { playlist, values: { first: one, last: other } };
    return {
      playlist,
      values: { first: other, last: one },
      remark: `the earlier day comes first: from ${other} to ${one}`,
    };
  },
  emptyIfNull: "change",
  describe(answered) {
    const { all, name, title, values } = answered;
    const { first_date, last_date } = all[0] ?? {};
    const remarks = [
      ...nearestDay(answered, values.first ?? "", first_date),
      ...nearestDay(answered, values.last ?? "", last_date),
    ];
    return {
      remark: remarks.join("\n"),
      empty:
        first_date === last_date
          ? `Both days are ${first_date}: there is nothing to compare.`
          : `${name} was the same on ${first_date} and ${last_date}.`,
      text: async (rows, paper) =>
        `${title} from ${first_date} to ${last_date}: ${changeCounts(rows)}\n\n${await changeLines(rows, paper)}`,
    };
  },
});

const find = historyCommand({
  summary: "find a song in all playlists: since when, until when",
  usage: "playlake find WORDS [OPTIONS]",
  about: `Finds songs and episodes by parts of their name, artists or ISRC, and lists in which playlists they were, since when
and until when. All words must match; case and accents do not matter. A word is plain text: % and * stand for themselves.`,
  examples: ["playlake find golden hour", "playlake find GBAYE6900536 --json"],
  query: "find-songs",
  question({ positionals }) {
    const words = positionals.join(" ").trim();
    if (words === "") throw wrongUse("find: give parts of a song's name, an artist or an ISRC");
    if (words.length > 200) throw wrongUse(`find: ${words.length} characters are too many; give 200 at most`);
    return { values: { words: words.replace(/\s+/g, " ") } };
  },
  describe: ({ values: { words } }) => ({
    empty: words?.includes(" ")
      ? `No stored song or episode matches "${words}". Give fewer words: all must be in its name, artists or ISRC.`
      : `No stored song or episode has "${words}" in its name, artists or ISRC. Give a shorter part.`,
    text: (rows, paper) => table(rows, stayColumns, paper),
  }),
});

const duplicates = historyCommand({
  summary: "find songs that are in a playlist twice",
  usage: "playlake duplicates [PLAYLIST] [OPTIONS]",
  about: `Lists what is in a playlist more than once now: the same track, or the same recording under several releases, which
share an ISRC. Without PLAYLIST, looks into each playlist.`,
  examples: ["playlake duplicates", 'playlake duplicates "road trip" --format csv'],
  query: "duplicates",
  question: ({ positionals }) =>
    positionals.length === 0 ? { values: { playlist: "*" } } : { playlist: positionals.join(" "), values: {} },
  describe: ({ found, name }) => ({
    empty: `${found === undefined ? "No playlist" : name} holds ${found === undefined ? "a" : "no"} track or recording twice.`,
    text: (rows, paper) => table(rows, duplicateColumns(found === undefined), paper),
  }),
});

/** The commands by name. */
export const commands: Readonly<Record<string, Command>> = { list, show, log, diff, find, duplicates };
