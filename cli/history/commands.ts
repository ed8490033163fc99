// What each command of the history asks, and how it prints the answer.
import { refuseWords, wrongUse } from "../command";
import { dayInWords } from "../dates";
import {
  checkStored,
  dayOption,
  firstDay,
  type HistoryCommand,
  lastDay,
  nameOf,
  nearestDay,
  onePlaylist,
  titleOf,
} from "./historyCommand";
import {
  changeCounts,
  changeLines,
  dailyChanges,
  duplicatesTable,
  entriesTable,
  listHeading,
  playlistsTable,
  staysTable,
} from "./print";

const list: HistoryCommand = {
  summary: "list the playlists with size and last change",
  usage: "playlake list [OPTIONS]",
  about: `Lists the stored playlists: how many entries each has now, and the last day on
which something came, went, moved, became unavailable or can be played again.`,
  examples: ["playlake list"],
  query: "playlists-now",
  question: (call) => {
    refuseWords(call);
    return { values: {} };
  },
  empty: () => "No playlist is stored yet. npx playlake run stores them.",
  print: ({ answer }, paper) => playlistsTable(answer, paper),
};

const showCommand: HistoryCommand = {
  summary: "show a playlist as it stood on a day",
  usage: "playlake show PLAYLIST [--on DAY] [OPTIONS]",
  about: `Shows a playlist as it stood: now, or on a day. If nothing was stored on that
day, shows the latest snapshot before it, and says so.`,
  examples: [
    'playlake show "road trip" --on 2026-11-01',
    'playlake show liked --on "3 months ago" --format csv > liked.csv',
  ],
  options: { on: { value: "DAY", says: "the day (default: the last stored one)" } },
  query: "playlist-on-day",
  question: ({ positionals, values }, today) => ({
    playlist: onePlaylist("show", positionals),
    values: { day: dayOption(values, "on", today) ?? lastDay },
  }),
  emptyIfNull: "place",
  remark(answered) {
    const { day = "" } = answered.values;
    const shown = answered.rows[0]?.snapshot_date;
    checkStored(answered, shown, day);
    return nearestDay(day, shown);
  },
  empty: (answered) => `${nameOf(answered)} was empty on ${answered.rows[0]?.snapshot_date}.`,
  async print(answered, paper) {
    const [first] = answered.rows;
    const heading = listHeading(
      String(first?.playlist ?? first?.playlist_id),
      String(first?.snapshot_date),
      answered.answer.rows.length,
    );
    return `${heading}\n\n${await entriesTable(answered.answer, paper)}`;
  },
};

const log: HistoryCommand = {
  summary: "log what came into a playlist, went and moved",
  usage: "playlake log PLAYLIST [--since DAY] [OPTIONS]",
  about: `Lists what came into a playlist, what went and what moved, day by day, newest
day first, and which songs became unavailable or can be played again. A song
that only shifts because of others has not moved.`,
  examples: ['playlake log "road trip"', 'playlake log liked --since "last month"'],
  options: { since: { value: "DAY", says: "leaves out what happened before this day" } },
  query: "playlist-log",
  question: ({ positionals, values }, today) => ({
    playlist: onePlaylist("log", positionals),
    values: { since: dayOption(values, "since", today) ?? firstDay },
  }),
  empty(answered) {
    const { since = "" } = answered.values;
    const from = since > (answered.found?.firstDay ?? "") ? since : `${answered.found?.firstDay}, its first stored day`;
    return `Nothing came into ${nameOf(answered)}, went, moved or became unavailable since ${from}.`;
  },
  print: async (answered, paper) => `${titleOf(answered)}\n\n${await dailyChanges(answered.rows, paper)}`,
};

const diff: HistoryCommand = {
  summary: "compare a playlist on two days",
  usage: "playlake diff PLAYLIST DAY [DAY] [OPTIONS]",
  about: `Lists what came into a playlist, what went, what moved and what became
unavailable between two days, or from a day until now. A day without a snapshot
takes the latest before it.`,
  examples: ['playlake diff "road trip" 2026-11-01 2026-11-15', 'playlake diff liked "3 months ago" --json'],
  query: "changes-between",
  question({ positionals: [playlist, ...days] }, today) {
    if (playlist === undefined || days.length < 1 || days.length > 2) {
      throw wrongUse('diff: give a playlist and one day or two, such as "road trip" "3 months ago" yesterday');
    }
    const [first = "", last = lastDay] = days.map((day) => dayInWords("diff", day, today)).sort();
    return { playlist, values: { first, last } };
  },
  emptyIfNull: "change",
  remark(answered) {
    const { first = "", last = "" } = answered.values;
    const { first_date, last_date } = answered.rows[0] ?? {};
    checkStored(answered, first_date, first);
    return [nearestDay(first, first_date), nearestDay(last, last_date)].filter((line) => line !== undefined).join("\n");
  },
  empty(answered) {
    const { first_date, last_date } = answered.rows[0] ?? {};
    if (first_date === last_date) return `Both days are ${first_date}: there is nothing to compare.`;
    return `${nameOf(answered)} was the same on ${first_date} and ${last_date}.`;
  },
  async print(answered, paper) {
    const { first_date, last_date } = answered.rows[0] ?? {};
    const heading = `${titleOf(answered)} from ${first_date} to ${last_date}: ${changeCounts(answered.rows)}`;
    return `${heading}\n\n${await changeLines(answered.rows, paper)}`;
  },
};

const find: HistoryCommand = {
  summary: "find a song in all playlists: since when, until when",
  usage: "playlake find WORDS [OPTIONS]",
  about: `Finds songs and episodes by parts of their name, artists or ISRC, and lists in
which playlists they were, since when and until when. All words must match;
case and accents do not matter.`,
  examples: ["playlake find golden hour", "playlake find GBAYE6900536 --json"],
  query: "find-songs",
  question({ positionals }) {
    const words = positionals.join(" ").trim();
    if (words === "") throw wrongUse("find: give parts of a song's name, an artist or an ISRC");
    if (words.length > 200) throw wrongUse(`find: ${words.length} characters are too many; give 200 at most`);
    return { values: { words: words.replace(/\s+/g, " ") } };
  },
  empty: ({ values }) =>
    `No stored song or episode matches "${values.words}". Give fewer words: all must be in its name, artists or ISRC.`,
  print: ({ answer }, paper) => staysTable(answer, paper),
};

const duplicates: HistoryCommand = {
  summary: "find songs that are in a playlist twice",
  usage: "playlake duplicates [PLAYLIST] [OPTIONS]",
  about: `Lists what is in a playlist more than once now: the same track, or the same
recording under several releases, which share an ISRC. Without PLAYLIST, looks
into each playlist.`,
  examples: ["playlake duplicates", 'playlake duplicates "road trip" --format csv'],
  query: "duplicates",
  question: ({ positionals }) => {
    if (positionals.length === 0) return { values: { playlist: "*" } };
    return { playlist: positionals.join(" "), values: {} };
  },
  empty: (answered) =>
    answered.found === undefined
      ? "No playlist holds a track or recording twice."
      : `${nameOf(answered)} holds no track or recording twice.`,
  print: ({ answer, found }, paper) => duplicatesTable(answer, paper, found === undefined),
};

/** The commands by name. */
export const historyCommands: Readonly<Record<string, HistoryCommand>> = {
  list,
  show: showCommand,
  log,
  diff,
  find,
  duplicates,
};
