// The commands that show the history as Git does. Each asks one named query.
import type { Answer } from "../../lake";
import { askNamed, rowsOf } from "../../lake/askNamed";
import { type Command, lakeOptions, showText, type Terminal } from "../command";
import { localToday } from "../dates";
import { withSql } from "../openLake";
import { playlistOf } from "../playlistReference";
import { messageText } from "../progress";
import { answerOptions, formatOf, formatOption, render } from "../table";
import { historyCommands } from "./commands";
import type { Answered, HistoryCommand } from "./historyCommand";
import type { Paper } from "./print";

/** One of the history's commands. */
export function historyCommand(name: string): Command {
  const command = historyCommands[name]!;
  return {
    ...command,
    options: { ...command.options, ...formatOption, ...lakeOptions, ...answerOptions },
    async run(call) {
      const { values, terminal } = call;
      const format = formatOf(name, values);
      const question = command.question(call, localToday());
      await withSql(call, async (lake) => {
        const found = question.playlist === undefined ? undefined : await playlistOf(lake, question.playlist);
        const asked = { ...question.values, ...(found === undefined ? {} : { playlist: found.id }) };
        const whole = await askNamed(lake, command.query, asked);
        const answer = withoutEmptyRow(whole, command);
        const answered = { ...question, found, answer, rows: rowsOf(whole) };
        const remark = command.remark?.(answered);
        const tell = (line: string | undefined) => {
          if (line && values.quiet !== true) terminal.err(`${line}\n`);
        };
        tell(remark);
        if (format !== "table") {
          if (answer.rows.length === 0) tell(command.empty(answered));
          terminal.out(await render(answer, format));
        } else await showText(await textOf(command, answered, terminal), terminal);
      });
    },
  };
}

/** A query has one row for an empty list, to tell it from one that is not there. */
function withoutEmptyRow({ columns, rows }: Answer, { emptyIfNull }: HistoryCommand): Answer {
  const at = columns.findIndex(({ name }) => name === emptyIfNull);
  return { columns, rows: at === -1 ? rows : rows.filter((row) => row[at] !== null) };
}

async function textOf(command: HistoryCommand, answered: Answered, terminal: Terminal): Promise<string> {
  if (answered.answer.rows.length === 0) {
    return `${messageText(command.empty(answered), terminal.columns)}\n`;
  }
  const { env, columns, page } = terminal;
  const hasColours = page !== undefined && env.NO_COLOR === undefined && env.TERM !== "dumb";
  const paper: Paper = { columns, hasColours };
  return command.print(answered, paper);
}
