// What the commands of the history share.
import type { Answer } from "../../lake";
import type { Row } from "../../lake/askNamed";
import { type Call, type Command, type OptionValues, text, wrongUse } from "../command";
import { dayInWords } from "../dates";
import type { StoredPlaylist } from "../playlistReference";
import { oneLine } from "../table";
import type { Paper } from "./print";

/** What the command line asks for. */
export interface Question {
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
export interface HistoryCommand extends Pick<Command, "summary" | "usage" | "about" | "examples"> {
  readonly options?: Command["options"];
  /** The named query. */
  readonly query: string;
  /** @throws wrong use */
  question(call: Call, today: string): Question;
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

/** Later than every stored day. */
export const lastDay = "9999-12-31";
/** Earlier than every stored day. */
export const firstDay = "0001-01-01";

/** All words as one name, so that it needs no quotes. */
export function onePlaylist(command: string, words: readonly string[]): string {
  if (words.join("").trim() === "")
    throw wrongUse(`${command}: name a playlist, by its id, its link or a part of its name`);
  return words.join(" ");
}

/** An option's day; undefined if it is not given. */
export function dayOption(values: OptionValues, name: string, today: string): string | undefined {
  const given = text(values, name);
  return given === undefined ? undefined : dayInWords(`--${name}`, given, today);
}

/** The playlist's name in a sentence. */
export function nameOf(answered: Answered): string {
  return answered.found?.name ? `"${titleOf(answered)}"` : titleOf(answered);
}

/** The playlist's name above an answer. */
export function titleOf({ found }: Answered): string {
  return oneLine(found?.name || (found?.id ?? ""));
}

/** @throws if the playlist was first stored after the day */
export function checkStored(answered: Answered, day: unknown, asked: string | undefined): void {
  if (day !== undefined && day !== null) return;
  throw new Error(`${nameOf(answered)} was first stored on ${answered.found?.firstDay}: ${asked} is not known`);
}

/** A remark if another day is shown than was asked for. */
export function nearestDay(asked: string, day: unknown): string | undefined {
  return asked === lastDay || asked === day ? undefined : `no snapshot on ${asked}: the latest before it is ${day}`;
}
