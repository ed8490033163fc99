import path from "node:path";
import { listLakes } from "../lake/local/lakes";
import { describeOrigin } from "../lake/local/source";
import { stateRoot } from "../lake/local/state";
import { type Command, printResult, refuseWords } from "./command";
import { answerOf, render } from "./table";

export const command: Command = {
  summary: "list the lakes on this machine",
  usage: "playlake lakes [--json]",
  about: `Lists the lakes on this machine: those below .playlake/, and the last one used. Commands without --state work in the
one that is marked with *.`,
  options: { json: "prints the list as JSON" },
  examples: ["playlake lakes", 'playlake sql "SELECT 1" --state .playlake/sample'],
  async run(call) {
    const { terminal } = call;
    refuseWords(call);
    const found = listLakes(stateRoot(terminal.home)).map(({ directory, origin, days, isLast }) => ({
      lake: path.relative(terminal.home, directory) || ".",
      holds: describeOrigin(origin),
      days: days.length,
      newest: days.at(-1) ?? null,
      isLast,
    }));
    const rows = found.map(({ lake, holds, days, newest, isLast }) => [isLast ? "*" : "", lake, holds, days, newest]);
    const table = answerOf(["", "lake", "holds", "days", "newest day"], rows);
    const none = `There is no lake yet; make one with: ${terminal.start()}\n`;
    printResult(found, found.length === 0 ? none : await render(table, "table", terminal.columns), call);
  },
};
