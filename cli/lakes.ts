import path from "node:path";
import { listLakes } from "../lake/local/lakes";
import { describeOrigin } from "../lake/local/source";
import { stateRoot } from "../lake/local/state";
import { type Command, refuseWords } from "./command";
import { render } from "./table";

const help = `Usage: playlake lakes [--json]

Lists the lakes on this machine: those below .playlake/, and the last one used.
Commands without --state work in the one that is marked with *.

  --json     prints the list as JSON

Example:
  playlake sql "SELECT 1" --state .playlake/sample
`;

/** `playlake lakes`: lists the lakes on this machine. */
export const lakes: Command = {
  summary: "list the lakes on this machine",
  help,
  options: { json: { type: "boolean" } },
  async run(values, positionals, terminal) {
    refuseWords("lakes", positionals);
    const found = listLakes(stateRoot(terminal.home)).map(({ directory, origin, days, isLast }) => ({
      lake: path.relative(terminal.home, directory) || ".",
      holds: describeOrigin(origin),
      days: days.length,
      newest: days.at(-1) ?? null,
      isLast,
    }));
    if (values.json === true) terminal.out(`${JSON.stringify(found, null, 2)}\n`);
    else if (found.length === 0) terminal.out(`There is no lake yet; make one with: ${terminal.start()}\n`);
    else {
      const columns = ["", "lake", "holds", "days", "newest day"].map((name) => ({
        name,
        type: name === "days" ? "BIGINT" : "VARCHAR",
      }));
      const rows = found.map(({ lake, holds, days, newest, isLast }) => [isLast ? "*" : "", lake, holds, days, newest]);
      terminal.out(await render({ columns, rows }, "table", terminal.columns));
    }
  },
};
