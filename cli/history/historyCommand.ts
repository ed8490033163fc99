// What the commands of the history share. They show it as Git does; each asks one named query.
import { askNamed, type Row, rowsOf } from "../../lake/askNamed";
import { type Call, type Command, lakeOptions, showText, wrongUse } from "../command";
import { tellLine, withSql } from "../openLake";
import { playlistOf, type StoredPlaylist } from "../playlistReference";
import { messageText } from "../progress";
import { answerOptions, formatOf, formatOption, oneLine, render } from "../table";
import type { Paper } from "./print";

/** What the answer is about. */
export interface Answered {
  readonly found: StoredPlaylist | undefined;
  /** The playlist's name above an answer. */
  readonly title: string;
  /** The playlist's name in a sentence. */
  readonly name: string;
  /** The named query's parameters, without the playlist. */
  readonly values: Readonly<Record<string, string>>;
  /** All rows, also the one that stands for an empty answer. */
  readonly all: readonly Row[];
}

/** A command that asks one named query. */
interface HistoryCommand extends Pick<Command, "summary" | "usage" | "about" | "examples"> {
  readonly options?: Command["options"];
  readonly query: string;
  /** A column that is null in the row that stands for an empty answer: so the query marks that nothing was found. */
  readonly emptyIfNull?: string;
  /**
   * The words that name a playlist, if it is about one, the other parameters, and how they were understood if that is not
   * obvious.
   * @throws wrong use
   */
  question(call: Call): Pick<Answered, "values"> & { playlist?: string; remark?: string };
  /** The answer in words. @throws one line if the days asked for were not stored */
  describe(answered: Answered): {
    /** What is shown instead of what was asked for. */
    readonly remark?: string | undefined;
    /** What is empty, and what to do; for an answer without rows. */
    readonly empty: string;
    readonly text: (rows: readonly Row[], paper: Paper) => Promise<string>;
  };
}

export function historyCommand({ query, emptyIfNull, question, describe, ...about }: HistoryCommand): Command {
  return {
    ...about,
    options: { ...about.options, ...formatOption, ...lakeOptions, ...answerOptions },
    async run(call) {
      const { terminal } = call;
      const format = formatOf(call);
      const asked = question(call);
      await withSql(call, async (lake) => {
        const say = (line: string) => tellLine(call, line);
        const found = asked.playlist === undefined ? undefined : await playlistOf(lake, asked.playlist, say);
        const parameters = { ...asked.values, ...(found === undefined ? {} : { playlist: found.id }) };
        const { columns, rows } = await askNamed(lake, query, parameters);
        const all = rowsOf({ columns, rows });
        const isShown = (i: number) => emptyIfNull === undefined || all[i]?.[emptyIfNull] !== null;
        const answer = { columns, rows: rows.filter((_, i) => isShown(i)) };
        const title = oneLine(found?.name || found?.id);
        const name = found?.name ? `"${title}"` : title;
        const { remark, empty, text } = describe({ found, title, name, values: asked.values, all });
        const isEmpty = answer.rows.length === 0;
        for (const line of [asked.remark, remark, format !== "table" && isEmpty ? empty : undefined]) {
          if (line) say(line);
        }
        if (format !== "table") return terminal.out(await render(answer, format));
        const { columns: width, env, page } = terminal;
        const hasColours = page !== undefined && env.NO_COLOR === undefined && env.TERM !== "dumb";
        const shown = isEmpty
          ? `${messageText(empty, width)}\n`
          : await text(rowsOf(answer), { columns: width, hasColours });
        await showText(shown, terminal);
      });
    },
  };
}

/** Later than every stored day. */
export const lastDay = "9999-12-31";

/** All words as one name, so that it needs no quotes. @throws wrong use if there are none */
export function onePlaylist({ command, positionals }: Call): string {
  if (positionals.join("").trim() === "")
    throw wrongUse(`${command}: name a playlist, by its id, its link or a part of its name`);
  return positionals.join(" ");
}

/**
 * A remark if another day is shown than was asked for.
 * @throws one line if the playlist was first stored after the day
 */
export function nearestDay({ name, found }: Answered, asked: string, day: unknown): string[] {
  if (day === undefined || day === null) {
    throw new Error(`${name} was first stored on ${found?.firstDay}: ${asked} is not known`);
  }
  return asked === lastDay || asked === day ? [] : [`no snapshot on ${asked}: the latest before it is ${day}`];
}
