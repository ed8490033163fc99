import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { writeLake } from "../../support/queries/history/lakeFolder";
import { run } from "../../support/terminal";

const test = suite("cli/history/commands");

let home: string;
let state: string;
test.before(async () => {
  home = mkdtempSync(path.join(tmpdir(), "playlake-words-"));
  state = path.join(home, "lake");
  const track = (number: number) => ({ kind: "track", number }) as const;
  const entry = (id: number, item: { kind: "track" | "local" | "episode"; number: number }) => {
    return { id, item, availability: "there", addedAt: "2025-10-01T08:00:00Z" } as const;
  };
  const [one, two, three] = [entry(1, track(1)), entry(2, track(5)), entry(3, track(3))];
  const [memo, pier, gone] = [
    entry(4, { kind: "local", number: 1 }),
    entry(5, { kind: "episode", number: 2 }),
    { ...entry(6, track(6)), availability: "noItem" as const },
  ];
  const day = (date: string, name: string, entries: object[]) => ({ date, name, entries }) as never;
  await writeLake(
    [
      [
        day("2026-11-01", "Évening Mix", [one, two, three]),
        day("2026-11-02", "Évening Mix", [two, three, one, memo]),
        day("2026-11-04", "", [two, three, memo, pier, gone, { ...two, id: 7 }]),
      ],
      [day("2026-11-02", "Dawn", [one]), day("2026-11-04", "Morning", [])],
    ],
    state,
  );
  writeFileSync(path.join(state, "origin.json"), JSON.stringify({ source: "import", playlists: [] }));
});
test.after(() => rmSync(home, { recursive: true }));

const playlake = (...words: string[]) => run([...words, "--state", state], { home });
const inLake = "from lake (imported files)\n";

const wrong: [words: string[], message: string][] = [
  [["list", "x"], 'list: "x" is not expected here'],
  [["show"], "show: name a playlist, by its id, its link or a part of its name"],
  [["log"], "log: name a playlist, by its id, its link or a part of its name"],
  [["show", "x", "--on", "soon"], '--on: got "soon", expected a day such as 2026-11-22, yesterday or "3 months ago"'],
  [["log", "x", "--since", "2026-13-01"], '--since: got "2026-13-01", expected a day such as 2026-11-22'],
  [["diff", "x"], 'diff: give a playlist and one day or two, such as "road trip" "3 months ago" yesterday'],
  [
    ["diff", "x", "a", "b", "c"],
    'diff: give a playlist and one day or two, such as "road trip" "3 months ago" yesterday',
  ],
  [["find", " "], "find: give parts of a song's name, an artist or an ISRC"],
  [["find", "x".repeat(201)], "find: 201 characters are too many; give 200 at most"],
  [["list", "--format", "xml"], '--format: got "xml", expected one of table, csv, json'],
  [["list", "--json", "--format", "csv"], "list: --json and --format csv exclude each other"],
];

for (const [words, message] of wrong) {
  test(`refused: ${words.join(" ").slice(0, 40)}`, async () => {
    const { exitCode, out, err } = await run(words, { home });
    assert.equal([exitCode, out, err], [2, "", `playlake: ${message}\nSee playlake ${words[0]} --help.\n`]);
  });
}

const printed: [words: string[], lines: string[]][] = [
  [
    ["list"],
    [
      "playlist     entries  last change  since       id",
      "───────────  ───────  ───────────  ──────────  ──────────────────────",
      "Morning            0  2026-11-04   2026-11-02  simulated0000000000001",
      "Évening Mix        6  2026-11-04   2026-11-01  simulated0000000000000",
    ],
  ],
  [
    ["show", "EVENING"],
    [
      "Évening Mix on 2026-11-04: 6 entries",
      "",
      "#  name                 artists                            album    added",
      "─  ───────────────────  ─────────────────────────────────  ───────  ──────────",
      '1  Track 5              Artist 35, "the" \\ one, Artist 36  Album 1  2025-10-01',
      '2  Track 3              Artist 21, "the" \\ one             Album 0  2025-10-01',
      "3  Take 1 (local file)  Garage 1                                    2025-10-01",
      "4  Episode 2 (episode)  Show 2                                      2025-10-01",
      "5  (unavailable)                                                    2025-10-01",
      '6  Track 5              Artist 35, "the" \\ one, Artist 36  Album 1  2025-10-01',
    ],
  ],
  [
    ["log", "evening"],
    [
      "Évening Mix",
      "",
      "2026-11-04  2 came, 1 became unavailable, since the snapshot of 2026-11-02",
      "  + Episode 2 (episode) · Show 2, at 4",
      '  + Track 5 · Artist 35, "the" \\ one, Artist 36, at 6',
      '  x Track 1 · Artist 7, "the" \\ one, became unavailable at 3',
      "",
      "2026-11-02  1 came, 1 moved",
      "  + Take 1 (local file) · Garage 1, at 4",
      '  ~ Track 1 · Artist 7, "the" \\ one, moved from 1 to 3',
    ],
  ],
  [
    ["diff", "evening", "2026-11-01", "2026-11-04"],
    [
      "Évening Mix from 2026-11-01 to 2026-11-04: 3 came, 1 became unavailable",
      "",
      "  + Take 1 (local file) · Garage 1, at 3",
      "  + Episode 2 (episode) · Show 2, at 4",
      '  + Track 5 · Artist 35, "the" \\ one, Artist 36, at 6',
      '  x Track 1 · Artist 7, "the" \\ one, became unavailable at 1',
    ],
  ],
  [
    ["find", "TRÁCK", "artist", "7"],
    [
      "name     artists                playlist     from        until",
      "───────  ─────────────────────  ───────────  ──────────  ──────────",
      'Track 1  Artist 7, "the" \\ one  Morning      2026-11-02  2026-11-02',
      'Track 1  Artist 7, "the" \\ one  Évening Mix  2026-11-01  2026-11-02',
    ],
  ],
  [
    ["duplicates"],
    [
      "playlist     #  name     artists                            album    repeats the",
      "───────────  ─  ───────  ─────────────────────────────────  ───────  ───────────",
      'Évening Mix  1  Track 5  Artist 35, "the" \\ one, Artist 36  Album 1  track',
      'Évening Mix  6  Track 5  Artist 35, "the" \\ one, Artist 36  Album 1  track',
    ],
  ],
];

for (const [words, lines] of printed) {
  test(`printed: ${words.join(" ")}`, async () => {
    const executed = await playlake(...words);
    assert.equal(executed, { exitCode: 0, out: `${lines.join("\n")}\n`, err: inLake });
  });
}

const beside: [words: string[], out: string, err: string][] = [
  [
    ["show", "evening", "--on", "2026-11-03", "--format", "csv"],
    `place,item_type,name,artists,album,added_at,added_by_id,is_local,duration_ms,uri,isrc,item_key,playlist,playlist_id,snapshot_date
`,
    "no snapshot on 2026-11-03: the latest before it is 2026-11-02\n",
  ],
  [["show", "morning"], '"Morning" was empty on 2026-11-04.\n', ""],
  [["show", "morning", "--json"], "[]\n", '"Morning" was empty on 2026-11-04.\n'],
  [
    ["log", "evening", "--since", "2026-11-05"],
    '"Évening Mix" was last stored on 2026-11-04: nothing is known since 2026-11-05.\n',
    "",
  ],
  [
    ["diff", "evening", "2026-11-04", "2026-11-09"],
    "Both days are 2026-11-04: there is nothing to compare.\n",
    "no snapshot on 2026-11-09: the latest before it is 2026-11-04\n",
  ],
  [
    ["diff", "evening", "2026-11-04", "2026-11-01"],
    "Évening Mix from 2026-11-01 to 2026-11-04: ",
    "the earlier day comes first: from 2026-11-01 to 2026-11-04\n",
  ],
  [["find", "%"], 'No stored song or episode has "%" in its name, artists or ISRC. Give a shorter part.\n', ""],
  [
    ["find", "nothing", "like", "it"],
    'No stored song or episode matches "nothing like it". Give fewer words: all must be in its name, artists or ISRC.\n',
    "",
  ],
  [["duplicates", "morning"], '"Morning" holds no track or recording twice.\n', ""],
];

test("notes beside an answer, or for an empty one, go to standard error", async () => {
  for (const [words, out, err] of beside) {
    const executed = await playlake(...words);
    assert.equal(
      [executed.exitCode, executed.out.slice(0, out.length), executed.err],
      [0, out, `${inLake}${err}`],
      words.join(" "),
    );
  }
});

test("an earlier name finds a playlist, and its name now is given", async () => {
  const [now, earlier] = [await playlake("log", "morning"), await playlake("log", "daw")];
  const named = await playlake(
    "sql",
    "--named",
    "playlist-log",
    "--param",
    "playlist=dawn",
    "--param",
    "since=2026-11-01",
  );
  assert.equal([earlier.exitCode, earlier.out], [0, now.out]);
  assert.equal([now.err, earlier.err], [inLake, `${inLake}"Dawn" is now called "Morning"\n`]);
  assert.equal([named.exitCode, named.err], [0, earlier.err]);
  assert.equal((await playlake("log", "daw", "--quiet")).err, "");
});

test("an empty answer is wrapped to the terminal", async () => {
  const { out } = await run(["find", "nothing", "like", "it", "--state", state], { home, columns: 60 });
  const lines = [
    'No stored song or episode matches "nothing like it". Give',
    "  fewer words: all must be in its name, artists or ISRC.",
  ];
  assert.is(out, `${lines.join("\n")}\n`);
});

test("quiet prints nothing beside the answer", async () => {
  const [first, , empty] = beside;
  for (const words of [first![0], empty![0]]) assert.is((await playlake(...words, "--quiet")).err, "");
});

const failed: [words: string[], message: string][] = [
  [["show", "evenong"], 'no stored playlist is called "evenong"; the nearest: "Évening Mix" (simulated0000000000000)'],
  [
    ["log", "n"],
    '"n" can be "Évening Mix" (simulated0000000000000) or "Morning" (simulated0000000000001); give an id or more of the name',
  ],
  [["show", "morning", "--on", "2026-11-01"], '"Morning" was first stored on 2026-11-02: 2026-11-01 is not known'],
  [["diff", "morning", "2026-11-01"], '"Morning" was first stored on 2026-11-02: 2026-11-01 is not known'],
];

test("a playlist or day that is not stored is an error of one line", async () => {
  for (const [words, message] of failed) {
    const { exitCode, out, err } = await playlake(...words, "--quiet");
    assert.equal([exitCode, out, err], [1, "", `playlake: ${message}\n`], words.join(" "));
  }
});

test("SQL that reads a named query as a table is explained", async () => {
  const { exitCode, err } = await playlake("sql", "SELECT * FROM missing_days", "--quiet");
  assert.equal(
    [exitCode, err.split("\n").at(-2)],
    [1, "missing-days is a named query: ask it with --named missing-days, or .named missing-days at the prompt"],
  );
});

test("JSON holds places from 1 and everything else as the lake does", async () => {
  const { out } = await playlake("log", "evening", "--since", "2026-11-04", "--json", "--quiet");
  const rows = JSON.parse(out) as Record<string, unknown>[];
  assert.equal(rows[0], {
    ...{ snapshot_date: "2026-11-04", change: "came", previous_place: null, place: 4, item_type: "episode" },
    ...{ name: "Episode 2", artists: "Show 2", item_key: rows[0]?.item_key, previous_date: "2026-11-02" },
    ...{ playlist: null, playlist_id: "simulated0000000000000" },
  });
  assert.equal(
    rows.map(({ change, previous_place, place }) => [change, previous_place, place]),
    [
      ["came", null, 4],
      ["came", null, 6],
      ["lost", 3, null],
    ],
  );
});

test.run();
