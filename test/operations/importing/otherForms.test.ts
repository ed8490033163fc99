/** Imports the files of other tools in examples/import, and compares their rows. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { archivedFiles, dailyFiles, isArchive } from "../../../operations/importing/archive";
import { readSource } from "../../../operations/importing/readSource";
import { sourcesAt } from "../../../operations/importing/sources";
import type { TableName } from "../../../transforms/schema";
import { makeTransform, type PlaylistTables } from "../../../transforms/transform";
import { rowsOf, streamOf } from "../../support/transforms/transformed";

const test = suite("operations/importing/otherForms");
const folder = path.join(__dirname, "../../../examples/import");
const transform = makeTransform();

async function tablesOf(
  bytes: Buffer,
  fileName: string,
): Promise<{ form: string; lacks: readonly string[]; tables: PlaylistTables[] }> {
  const { form, lacks, playlists } = await readSource(bytes, fileName);
  const tables: PlaylistTables[] = [];
  for (const { playlistId, lines, entries } of playlists) {
    const [one] = await transform(streamOf(lines), `${playlistId}.jsonl`, { isStored: true });
    assert.is(one!.entries, entries);
    tables.push(one!);
  }
  return { form, lacks, tables };
}

const read = (name: string) => tablesOf(readFileSync(path.join(folder, name)), path.basename(name));

/** The rows of some tables. */
function rows(tables: PlaylistTables, ...names: readonly TableName[]) {
  return Object.fromEntries(names.map((name) => [name, rowsOf(tables, name)]));
}

const harbour = "0Harbour0Lights0000001";
const quoted = "0Quoted0Song0000000002";
const kettle = "spotify:local:Maren:Kitchen+Tapes:Kettle:93";
const episode = "0Invented0Episode00003";
const [madeUps, ada] = ["0The0Made0Ups000000001", "0Ada0Invented000000002"];
const [lowTide, comma] = ["0Low0Tide0000000000001", "0Comma0Comma0000000002"];
const rainy = "0Rainy0Mornings0000001";
const artist = (id: string, name: string) => [id, id, name, `spotify:artist:${id}`];

test("Exportify's CSV of exportify.net", async () => {
  const { form, lacks, tables } = await read("exportify-net.csv");
  assert.is(form, "Exportify CSV (exportify.net)");
  assert.is(lacks.length, 2);
  const [one] = tables;
  const id = "exportify-net";
  assert.equal(rows(one!, "playlists", "playlist_items", "tracks", "episodes", "albums", "artists", "rejected_items"), {
    playlists: [[id, "", "", "", "", "", "", "", "4", "", "", "", "", ""]],
    playlist_items: [
      [id, "0", harbour, "track", "false", "2026-01-05T18:20:31Z", "maren"],
      [id, "1", quoted, "track", "false", "2026-01-06T07:00:00Z", "maren"],
      [id, "2", kettle, "track", "true", "2026-02-01T12:00:00Z", "maren"],
      [id, "3", episode, "episode", "false", "2026-02-02T12:00:00Z", "maren"],
    ],
    tracks: [
      [harbour, harbour, `spotify:track:${harbour}`, "Harbour Lights", "", "", "", "215000", "false", "", "41", "", ""],
      [quoted, quoted, `spotify:track:${quoted}`, 'Say "Hello", Again', "", "", "", "187500", "true", "", "", "", ""],
      [
        kettle,
        "",
        kettle,
        "Kettle",
        "local:album:Maren:Kitchen%20Tapes",
        "",
        "",
        "93000",
        "false",
        "true",
        "0",
        "",
        "",
      ],
    ],
    episodes: [
      [
        episode,
        episode,
        `spotify:episode:${episode}`,
        "Episode 1",
        "",
        "A Show",
        "",
        "2022-05-18",
        "day",
        "1800000",
        "false",
      ],
    ],
    albums: [["local:album:Maren:Kitchen%20Tapes", "", "Kitchen Tapes", "", "", "", "", ""]],
    artists: [["local:artist:Maren", "", "Maren", ""]],
    rejected_items: [],
  });
});

test("Exportify's CSV of watsonbox", async () => {
  const { form, tables } = await read("exportify-watsonbox.csv");
  assert.is(form, "Exportify CSV (watsonbox)");
  const tyler = "0Tyler0Made0Up00000003";
  assert.equal(rows(tables[0]!, "tracks", "track_artists", "artists", "albums", "album_artists"), {
    tracks: [
      [
        harbour,
        harbour,
        `spotify:track:${harbour}`,
        "Harbour Lights",
        lowTide,
        "1",
        "3",
        "215000",
        "false",
        "",
        "41",
        "XXPLK2600001",
        "",
      ],
      [
        quoted,
        quoted,
        `spotify:track:${quoted}`,
        'Say "Hello", Again',
        comma,
        "1",
        "1",
        "187500",
        "true",
        "",
        "12",
        "",
        "",
      ],
      [
        kettle,
        "",
        kettle,
        "Kettle",
        "local:album:Maren:Kitchen%20Tapes",
        "0",
        "0",
        "93000",
        "false",
        "true",
        "0",
        "",
        "",
      ],
    ],
    track_artists: [
      [harbour, "0", madeUps],
      [harbour, "1", ada],
      [quoted, "0", tyler],
      [kettle, "0", "local:artist:Maren"],
    ],
    artists: [
      artist(madeUps!, "The Made Ups"),
      artist(ada!, "Ada Invented"),
      artist(tyler, "Tyler, The Inventor"),
      ["local:artist:Maren", "", "Maren", ""],
    ],
    albums: [
      [lowTide, lowTide, "Low Tide", "", "2019-09-27", "day", "", "https://i.scdn.co/image/lowtide"],
      [comma, comma, "Comma, Comma", "", "1962", "year", "", ""],
      ["local:album:Maren:Kitchen%20Tapes", "", "Kitchen Tapes", "", "", "", "", ""],
    ],
    album_artists: [
      [lowTide, "0", madeUps],
      [comma, "0", tyler],
    ],
  });
});

const csv = (name: string, header: string, ...lines: string[]) =>
  tablesOf(Buffer.from([header, ...lines].join("\n")), name);

test("Exportify's liked songs are the playlist `liked`", async () => {
  for (const name of ["liked.csv", "Liked_Songs.csv", "Liked Songs.csv"]) {
    const { tables } = await csv(name, "Track URI,Track Name,Artist Name(s)", "spotify:track:x,X,Y");
    assert.is(tables[0]!.playlistId, "liked");
  }
});

test("names of an older Exportify CSV are kept if they can be assigned", async () => {
  const { tables } = await csv(
    "My List.csv",
    '\ufeff"Spotify ID","Artist IDs","Track Name","Album Name","Artist Name(s)","Release Date","Duration (ms)"',
    `"${harbour}","${madeUps},${ada}","Harbour Lights","Low Tide","The Made Ups,Ada Invented","2019-09","215000"`,
    `"${quoted}","${ada}","Again","Comma","Invented, Ada","1962","1"`,
    `"x","a,b","X","Y","One, Two, Three","",""`,
  );
  assert.is(tables[0]!.playlistId, "My%20List");
  assert.equal(rowsOf(tables[0]!, "artists"), [
    artist(madeUps!, "The Made Ups"),
    artist(ada!, "Ada Invented"),
    ["a", "", "", "a"],
    ["b", "", "", "b"],
  ]);
  assert.equal(
    rowsOf(tables[0]!, "tracks").map((row) => [row[0], row[1], row[3]]),
    [
      [harbour, harbour, "Harbour Lights"],
      [quoted, quoted, "Again"],
      ["x", "", "X"],
    ],
  );
});

test("Spotify's account data: playlists by their names", async () => {
  const { form, tables } = await read("spotify-account-data/Playlist1.json");
  assert.is(form, "Spotify account data (playlists)");
  const [one, two] = tables;
  const id = "Rainy%20Mornings";
  assert.equal(rows(one!, "playlists", "playlist_items", "episodes"), {
    playlists: [[id, "Rainy Mornings", "For the first coffee", "", "", "", "", "2", "3", "", "", "", "", ""]],
    playlist_items: [
      [id, "0", harbour, "track", "false", "2026-01-05", ""],
      [id, "1", episode, "episode", "false", "2026-02-02", ""],
      [id, "2", kettle, "track", "true", "2026-02-01", ""],
    ],
    episodes: [[episode, episode, `spotify:episode:${episode}`, "Episode 1", "", "A Show", "", "", "", "", ""]],
  });
  assert.equal(
    rowsOf(one!, "tracks").map((row) => row[3]),
    ["Harbour Lights", "Kettle"],
  );
  assert.equal([two!.playlistId, two!.entries], ["Empty%20for%20Now", 0]);
});

test("Spotify's account data: the library is the Liked Songs", async () => {
  const { form, tables } = await read("spotify-account-data/YourLibrary.json");
  assert.is(form, "Spotify account data (library)");
  assert.equal(rows(tables[0]!, "playlists", "playlist_items"), {
    playlists: [["liked", "Liked Songs", "", "", "", "", "", "", "2", "", "", "", "", ""]],
    playlist_items: [
      ["liked", "0", harbour, "track", "false", "", ""],
      ["liked", "1", quoted, "track", "false", "", ""],
    ],
  });
});

test("the backup tool's JSON is a list of playlists with the Liked Songs among them", async () => {
  const bytes = readFileSync(path.join(folder, "spotify-backup.json"));
  const { form, skipped } = await readSource(bytes, "spotify-backup.json");
  assert.is(form, "2 playlists");
  assert.equal(skipped, ["null at index 2 in place of a playlist"]);
  const { tables } = await tablesOf(bytes, "spotify-backup.json");
  assert.equal(
    tables.map(({ playlistId, entries }) => [playlistId, entries]),
    [
      ["liked", 1],
      [rainy, 2],
    ],
  );
  assert.is(rowsOf(tables[0]!, "playlists")[0]?.[1], "Liked Songs");
});

test("the playlist archive's pretty Markdown", async () => {
  const { form, tables } = await read("playlist-archive/pretty.md");
  assert.is(form, "playlist archive (pretty)");
  assert.equal(rows(tables[0]!, "playlists", "playlist_items", "tracks", "artists", "albums", "rejected_items"), {
    playlists: [
      [
        rainy,
        "Rainy Mornings (for Coffee)",
        "First cup, grey sky.",
        "maren",
        "Maren",
        "",
        "",
        "1204",
        "3",
        "MSxzbmFwc2hvdA==",
        "",
        "",
        "",
        "",
      ],
    ],
    playlist_items: [
      [rainy, "0", harbour, "track", "false", "", ""],
      [rainy, "1", quoted, "track", "false", "", ""],
      [rainy, "2", "", "unreadable", "false", "", ""],
    ],
    tracks: [
      [harbour, harbour, `spotify:track:${harbour}`, "Harbour Lights", lowTide, "", "", "", "", "", "", "", ""],
      [quoted, quoted, `spotify:track:${quoted}`, 'Say "Hello" | Again [Live]', comma, "", "", "", "", "", "", "", ""],
    ],
    artists: [artist(madeUps!, "The Made Ups"), artist(ada!, "Ada Invented")],
    albums: [
      [lowTide, lowTide, "Low Tide", "", "", "", "", ""],
      [comma, comma, "Comma, Comma", "", "", "", "", ""],
    ],
    rejected_items: [
      [
        rainy,
        "2",
        "item without id and uri",
        '{"is_local":false,"track":{"name":"Kettle","artists":[],"album":{"name":"Kitchen Tapes"}}}',
      ],
    ],
  });
});

test("the playlist archive's pretty JSON", async () => {
  const { tables } = await read("playlist-archive/pretty.json");
  assert.equal(rows(tables[0]!, "playlists", "playlist_items", "tracks"), {
    playlists: [
      [
        rainy,
        "Rainy Mornings (for Coffee)",
        "First cup, grey sky.",
        "maren",
        "Maren",
        "",
        "",
        "1204",
        "1",
        "MSxzbmFwc2hvdA==",
        "",
        "",
        "",
        "",
      ],
    ],
    playlist_items: [[rainy, "0", harbour, "track", "false", "2026-01-05T18:20:31Z", ""]],
    tracks: [
      [harbour, harbour, `spotify:track:${harbour}`, "Harbour Lights", lowTide, "", "", "215000", "", "", "", "", ""],
    ],
  });
});

test("the playlist archive's cumulative files without what was removed", async () => {
  const markdown = await read("playlist-archive/cumulative.md");
  assert.is(markdown.form, "playlist archive (cumulative)");
  assert.equal(rowsOf(markdown.tables[0]!, "playlist_items"), [
    [rainy, "0", harbour, "track", "false", "2014-03-11", ""],
    [rainy, "1", quoted, "track", "false", "", ""],
  ]);
  const json = await read("playlist-archive/cumulative.json");
  assert.equal(rowsOf(json.tables[0]!, "playlist_items"), [[rainy, "0", harbour, "track", "false", "2014-03-11", ""]]);
});

test("a checkout of the playlist archive is one snapshot a day and playlist", async () => {
  const checkout = mkdtempSync(path.join(tmpdir(), "playlake-archive-"));
  try {
    const git = (date: string, ...args: string[]) =>
      execFileSync("git", ["-C", checkout, "-c", "user.name=A", "-c", "user.email=a@b", ...args], {
        env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, GIT_CONFIG_GLOBAL: "/dev/null" },
      });
    git("", "init", "-q");
    const pretty = readFileSync(path.join(folder, "playlist-archive/pretty.md"), "utf8");
    const commit = (date: string, ...files: [name: string, text: string][]) => {
      for (const [name, text] of files) {
        mkdirSync(path.dirname(path.join(checkout, name)), { recursive: true });
        writeFileSync(path.join(checkout, name), text);
      }
      git(date, "add", ".");
      git(date, "commit", "-qm", "x");
    };
    commit("2022-01-01T05:00:00Z", [`playlists/pretty/${rainy}.md`, pretty], ["README.md", "x"]);
    commit("2022-01-01T23:30:00Z", [`playlists/pretty/${rainy}.md`, pretty.replace("### [Rainy", "### [Sunny")]);
    commit("2022-01-02T05:00:00Z", ["README.md", "y"]);
    cpSync(path.join(folder, "playlist-archive/pretty.json"), path.join(checkout, `playlists/pretty/${rainy}.json`));
    commit(
      "2022-01-03T05:00:00Z",
      [`playlists/pretty/${rainy}.md`, pretty],
      ["playlists/cumulative/Other List.md", readFileSync(path.join(folder, "playlist-archive/cumulative.md"), "utf8")],
    );
    assert.is(isArchive(checkout), true);
    const utc = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    const sources = await sourcesAt([checkout], utc);
    assert.equal(
      sources.map(({ day, fileName }) => [day, fileName]),
      [
        ["2022-01-01", `${rainy}.md`],
        ["2022-01-03", "Other List.md"],
        ["2022-01-03", `${rainy}.json`],
      ],
    );
    const { tables } = await tablesOf(await sources[0]!.read(), sources[0]!.fileName);
    assert.is(rowsOf(tables[0]!, "playlists")[0]?.[1], "Sunny Mornings (for Coffee)");
    const later = (ms: number) => utc(ms + 3_600_000);
    const days = dailyFiles(await archivedFiles(checkout), later).map(({ day }) => day);
    assert.equal(days, ["2022-01-01", "2022-01-02", "2022-01-03", "2022-01-03"]);
  } finally {
    rmSync(checkout, { recursive: true });
  }
});

const refused: [name: string, text: string, message: string][] = [
  ["a.csv", "id,name\n1,2\n", 'a.csv: found text that is not JSON: "id,name\\n1,2"; expected '],
  ["a.md", "# Notes\n", 'a.md: found text that is not JSON: "# Notes"; expected '],
  [
    "Playlist1.json",
    '{"playlists":[{"name":"A","lastModifiedDate":"2026-01-01","items":[]},{"name":"A","lastModifiedDate":"2026-01-01","items":[]}]}',
    "Playlist1.json: found two playlists named A; expected distinct names",
  ],
  [
    "Playlist1.json",
    '{"playlists":[{"name":"","lastModifiedDate":"2026-01-01","items":[]}]}',
    "Playlist1.json: found a playlist without a name; expected a name, which stands in for the id",
  ],
];

for (const [name, text, message] of refused) {
  test(`refuses ${message.slice(0, 60)}`, async () => {
    try {
      await readSource(Buffer.from(text), name);
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code: string }).code, "INVALID_RAW");
      assert.is((error as Error).message.startsWith(message), true, (error as Error).message);
    }
  });
}

test.run();
