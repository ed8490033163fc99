import { digestOf } from "../operations/digest";
import { type Command, lakeOptions, printResult, refuseWords } from "./command";
import { dayOption } from "./dates";
import { withSql } from "./openLake";
import { messageText } from "./progress";
import { answerOptions } from "./table";

export const command: Command = {
  summary: "print what changed in the playlists",
  usage: "playlake digest [--since DAY] [OPTIONS]",
  about: `Prints what changed in the playlists: songs that became unavailable, with another release of the same recording if
your playlists hold one, and what came and went. It is the text that a stack with digestEmail or digestTopicArn mails.`,
  options: {
    "since DAY":
      'compares with this day, such as 2026-11-01, yesterday or "2 weeks ago" (default: a week before the last stored day). A playlist that was not stored then is compared with its last stored day before',
    ...lakeOptions,
    quiet: answerOptions.quiet,
    json: "prints subject, text and changes as JSON",
  },
  examples: ['playlake digest --since "3 months ago"', "playlake digest --stack dev"],
  async run(call) {
    const { is, terminal } = call;
    refuseWords(call);
    const from = dayOption(call, "since");
    await withSql(call, async (lake) => {
      const { since, isStored, isCompared, changes, text: found } = await digestOf(lake, from);
      if (is.json) {
        return printResult({ since, subject: found?.subject ?? null, body: found?.body ?? null, changes }, "", call);
      }
      const nothing =
        isStored && !isCompared
          ? "There is nothing to compare yet: each playlist is stored on one day only.\n"
          : `Nothing ${isStored ? "changed" : "was stored"} since ${since}.\n`;
      const mail = found === undefined ? nothing : `${found.subject}\n\n${found.body}`;
      terminal.out(messageText(mail, terminal.columns));
    });
  },
};
