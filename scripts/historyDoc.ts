// docs/history.md: the commands that show a playlist's history, each with what it prints about the samples.
import { aboutSamples, sampleDays } from "./sampleLake";

interface Example {
  readonly title: string;
  readonly text: string;
  readonly words: readonly string[];
  /** How many lines of the output are shown. @default all */
  readonly lines?: number;
}

const examples: readonly Example[] = [
  {
    title: "What is stored",
    text: "`last change` is the last day on which something came, went, moved, became unavailable or can be played again, `since` the first stored day. If a playlist was not stored on the newest day, such as a deleted one, `until` is its last stored day.",
    words: ["list"],
  },
  {
    title: "A playlist as it stood",
    text: "Without `--on`, shows the last stored day. Local files, episodes and entries that cannot be played are marked; `playlake sql --named lost-entries` has the names of those that could be played on an earlier stored day.",
    words: ["show", "mixtape", "--on", "2026-11-02"],
    lines: 9,
  },
  {
    title: "What came, went and moved",
    text: "Day by day, newest first. A song that only shifts because of others has not moved; [tables.md](tables.md#changes) has the exact rule. `x` marks a song that became unavailable, `=` one that can be played again.",
    words: ["log", "rain", "--since", "2026-11-05"],
  },
  {
    title: "Two days compared",
    text: "With one day, compares it with now. Of two days, the earlier comes first, however they are given. What came and went again in between is left out.",
    words: ["diff", "rain", "2026-11-04", "2026-11-06"],
  },
  {
    title: "Where a song was",
    text: "Finds parts of names, artists and ISRCs. All words must match; case and accents do not matter, and `%` and `*` stand for themselves. A song keeps its last name after Spotify has removed it. `from` is never before the playlist's first stored day; [questions.md](questions.md#when-was-a-song-added-and-by-whom) has the day on which a song was added. `(last stored)` is the last day of a playlist that was not stored on the newest day.",
    words: ["find", "golden", "hour"],
  },
  {
    title: "What is there twice",
    text: "The same track, or the same recording under several releases, which share an ISRC. Without a playlist, looks into all.",
    words: ["duplicates", "rain"],
  },
];

/** A word as it is typed in a shell. */
function typed(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `"${word}"`;
}

async function section({ title, text, words, lines }: Example): Promise<string> {
  const printed = (await aboutSamples(...words)).split("\n");
  const shown = lines === undefined || printed.length <= lines ? printed : [...printed.slice(0, lines), "…"];
  const command = `$ playlake ${words.map(typed).join(" ")}`;
  return [`## ${title}`, "", text, "", "```text", command, ...shown, "```"].join("\n");
}

/** The text of docs/history.md, with the answers of a local run over the samples. */
export async function historyDoc(): Promise<string> {
  const sections: string[] = [];
  for (const example of examples) sections.push(await section(example));
  return `${introduction}\n${sections.join("\n\n")}\n\n${names}`;
}

const introduction = `# The history on the command line

Six commands read the history as \`git\` reads a repository's. They work on the local lake and, with \`--stack NAME\`, on a deployed
one. \`--json\` and \`--format csv\` give every column; places count from 1. The examples are from the samples, of ${sampleDays} simulated
days. \`npm run docs\` writes this page.
`;

const names = `## Playlists and days

A playlist is given by its id, its link, its name or a part of its name that no other name contains. Case, accents,
quotes and other punctuation do not matter. \`liked\` is Liked Songs. An ambiguous name lists the candidates, an unknown one the nearest names.
An earlier name of a playlist works, too, if no present name fits. The command then shows the present one.

A day is \`2026-11-01\`, \`today\`, \`yesterday\`, \`"3 months ago"\`, \`"last week"\` or \`"last monday"\`. If nothing was stored on that day,
the latest snapshot before it is taken, and the command says so.

## The same in SQL

Each command runs one named query: \`playlists-now\`, \`playlist-on-day\`, \`playlist-log\`, \`changes-between\`, \`find-songs\`,
\`duplicates\`. In the Athena console they are under "Saved queries"; a comment names their parameters, which are text in single
quotes, in the order of the question marks. On the command line:

\`\`\`text
playlake sql --named playlist-on-day --param playlist=everyday --param day=2026-11-01
\`\`\`

[tables.md](tables.md#named-queries) lists all parameters. On the command line the playlist can be given as above; in Athena it is its id. Values
are never part of the SQL text.
`;
