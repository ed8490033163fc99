// What each command of the history asks, and how it prints the answer.
import type { Answer } from "../../lake";
import type { Row } from "../../lake/askNamed";
import { type Command, type OptionValues, refuseWords, text, wrongUse } from "../command";
import { dayInWords } from "../dates";
import type { StoredPlaylist } from "../playlistReference";
import { oneLine } from "../table";
import {
  changeCounts,
  changeLines,
  dailyChanges,
  duplicatesTable,
  entriesTable,
  listHeading,
  type Paper,
  playlistsTable,
  staysTable,
} from "./print";

/** What the command line asks for. */
interface Question {
  /** The words that name a playlist; absent for all playlists. */
  readonly playlist?: string;
  /** The named query's parameters, without the playlist. */
  readonly values: Readonly<Record<string, string>>;
}

/** The answer, with what it is about. */
export interface Answered extends Question {
  readonly found: StoredPlaylist | undefined;
  /** Only rows that are meant for the reader. */
  readonly answer: Answer;
  /** All rows, by column name. */
  readonly rows: readonly Row[];
}

/** A command that asks one named query. */
export interface HistoryCommand {
  readonly summary: string;
  readonly help: string;
  readonly options?: Command["options"];
  /** The named query. */
  readonly query: string;
  /** @throws wrong use */
  question(positionals: readonly string[], values: OptionValues, today: string): Question;
  /** A column that is null in the row that stands for an empty answer. */
  readonly emptyIfNull?: string;
  /**
   * A remark beside the answer.
   * @throws one line if the days asked for were not stored
   */
  remark?(answered: Answered): string | undefined;
  /** The text for an answer without rows: what is empty, and what to do. */
  empty(answered: Answered): string;
  print(answered: Answered, paper: Paper): Promise<string>;
}

const sharedOptions = `  --format FORMAT  table (default), csv (RFC 4180 with a header) or json
  --json           the same as --format json
  --state DIR      asks the lake in this state folder (default: that of the last
                   run)
  --stack NAME     asks the lake of the deployed stack NAME, by Athena
  --quiet          no message beside the answer
`;

/** Later than every stored day. */
const lastDay = "9999-12-31";
const firstDay = "0001-01-01";

/** All words as one name, so that it needs no quotes. */
function onePlaylist(command: string, words: readonly string[]): string {
  if (words.length === 0) throw wrongUse(`${command}: name a playlist, by its id, its link or a part of its name`);
  return words.join(" ");
}

function dayOption(values: OptionValues, name: string, today: string): string | undefined {
  const given = text(values, name);
  return given === undefined ? undefined : dayInWords(`--${name}`, given, today);
}

function nameOf(answered: Answered): string {
  return answered.found?.name ? `"${titleOf(answered)}"` : titleOf(answered);
}

/** The playlist's name above an answer. */
function titleOf({ found }: Answered): string {
  return oneLine(found?.name || (found?.id ?? ""));
}

/** @throws if the playlist was first stored after the day */
function checkStored(answered: Answered, day: unknown, asked: string | undefined): void {
  if (day !== undefined && day !== null) return;
  throw new Error(`${nameOf(answered)} was first stored on ${answered.found?.firstDay}: ${asked} is not known`);
}

function nearestDay(asked: string, day: unknown): string | undefined {
  return asked === lastDay || asked === day ? undefined : `no snapshot on ${asked}: the latest before it is ${day}`;
}

const list: HistoryCommand = {
  summary: "list the playlists with size and last change",
  help: `Usage: playlake list [OPTIONS]

Lists the stored playlists: how many entries each has now, and the last day on
which something came, went or moved.

${sharedOptions}
Example:
  playlake list
`,
  query: "playlists-now",
  question: (positionals) => {
    refuseWords("list", positionals);
    return { values: {} };
  },
  empty: () => "No playlist is stored yet. playlake run stores them.",
  print: ({ answer }, paper) => playlistsTable(answer, paper),
};

const showCommand: HistoryCommand = {
  summary: "show a playlist as it stood on a day",
  help: `Usage: playlake show PLAYLIST [--on DAY] [OPTIONS]

Shows a playlist as it stood: now, or on a day. If nothing was stored on that
day, shows the latest snapshot before it, and says so.

  --on DAY         the day (default: the last stored one)
${sharedOptions}
Examples:
  playlake show "road trip" --on 2026-11-01
  playlake show liked --on "3 months ago" --format csv > liked.csv
`,
  options: { on: { type: "string" } },
  query: "playlist-on-day",
  question: (positionals, values, today) => ({
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
  help: `Usage: playlake log PLAYLIST [--since DAY] [OPTIONS]

Lists what came into a playlist, what went and what moved, day by day, newest
day first. A song that only shifts because of others has not moved.

  --since DAY      leaves out what happened before this day
${sharedOptions}
Examples:
  playlake log "road trip"
  playlake log liked --since "last month"
`,
  options: { since: { type: "string" } },
  query: "playlist-log",
  question: (positionals, values, today) => ({
    playlist: onePlaylist("log", positionals),
    values: { since: dayOption(values, "since", today) ?? firstDay },
  }),
  empty(answered) {
    const { since = "" } = answered.values;
    const from = since > (answered.found?.firstDay ?? "") ? since : `${answered.found?.firstDay}, its first stored day`;
    return `Nothing came into ${nameOf(answered)}, went or moved since ${from}.`;
  },
  print: async (answered, paper) => `${titleOf(answered)}\n\n${await dailyChanges(answered.rows, paper)}`,
};

const diff: HistoryCommand = {
  summary: "compare a playlist on two days",
  help: `Usage: playlake diff PLAYLIST DAY [DAY] [OPTIONS]

Lists what came into a playlist, what went and what moved between two days, or
from a day until now. A day without a snapshot takes the latest before it.

${sharedOptions}
Examples:
  playlake diff "road trip" 2026-11-01 2026-11-15
  playlake diff liked "3 months ago" --json
`,
  query: "changes-between",
  question([playlist, ...days], _values, today) {
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
  help: `Usage: playlake find WORDS [OPTIONS]

Finds songs and episodes by parts of their name, artists or ISRC, and lists in
which playlists they were, since when and until when. All words must match;
case and accents do not matter.

${sharedOptions}
Examples:
  playlake find golden hour
  playlake find GBAYE6900536 --json
`,
  query: "find-songs",
  question(positionals) {
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
  help: `Usage: playlake duplicates [PLAYLIST] [OPTIONS]

Lists what is in a playlist more than once now: the same track, or the same
recording under several releases, which share an ISRC. Without PLAYLIST, looks
into each playlist.

${sharedOptions}
Examples:
  playlake duplicates
  playlake duplicates "road trip" --format csv
`,
  query: "duplicates",
  question: (positionals) => {
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
