import { existsSync } from "node:fs";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { writeOut } from "../lake/exportFiles";
import { count } from "../lake/lists";
import { makeReport } from "../report";
import { type Command, commonOptions, placeOptions, refuseWords, wrongUse } from "./command";
import { withSql } from "./openLake";

const defaultName = "playlake-report.html";

function describe({ html, playlists, days }: Awaited<ReturnType<typeof makeReport>>): string {
  const size = `${Math.ceil(Buffer.byteLength(html) / 1024).toLocaleString("en-US")} KB`;
  return playlists === 0
    ? "no playlist is stored yet"
    : `${count(playlists, "playlist")}, ${count(days, "day")}, ${size}`;
}

export const command: Command = {
  summary: "write the history of all playlists as a page to look at",
  usage: "playlake report [--out FILE] [OPTIONS]",
  about: `Writes one HTML page that shows the history of every playlist: its size, what came and went, the longest stays, its
artists and its release years. The page needs no network; the same lake gives the same page.`,
  options: {
    "out FILE": `where to write it (default: ${defaultName}); replaces an existing file`,
    ...placeOptions,
    quiet: commonOptions.quiet,
  },
  examples: ["playlake report --out history.html", "playlake report --stack prod"],
  async run(call) {
    const { text, terminal, progress } = call;
    refuseWords(call);
    const { out = defaultName } = text;
    if (out === "") throw wrongUse("report: --out is empty");
    const file = path.resolve(terminal.directory, out);
    const folder = path.dirname(file);
    if (!existsSync(folder))
      throw new Error(`${file} cannot be written: there is no folder ${folder}; choose another --out`);
    // Node's space for new objects would grow with a large history's rows, to 100 MiB more at the peak in the same time.
    setFlagsFromString("--semi-space-growth-factor=1");
    const { html } = await withSql(call, (lake) => progress.step("report", () => makeReport(lake), describe));
    writeOut(file, html);
    terminal.out(`${file}\n`);
  },
};
