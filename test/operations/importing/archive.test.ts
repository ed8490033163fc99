import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { archivedFiles, dailyFiles, isArchive } from "../../../operations/importing/archive";
import { sourcesAt } from "../../../operations/importing/sources";
import {
  ada,
  artist,
  comma,
  exampleFile,
  harbour,
  lowTide,
  madeUps,
  quoted,
  rainy,
  read,
  rows,
  tablesOf,
} from "../../support/operations/importExamples";
import { rowsOf } from "../../support/transforms/transformed";

const test = suite("operations/importing/archive");

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
    const pretty = readFileSync(exampleFile("playlist-archive/pretty.md"), "utf8");
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
    cpSync(exampleFile("playlist-archive/pretty.json"), path.join(checkout, `playlists/pretty/${rainy}.json`));
    commit(
      "2022-01-03T05:00:00Z",
      [`playlists/pretty/${rainy}.md`, pretty],
      ["playlists/cumulative/Other List.md", readFileSync(exampleFile("playlist-archive/cumulative.md"), "utf8")],
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

test.run();
