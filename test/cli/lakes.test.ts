import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { homeFolder } from "../support/commandLine";
import { run } from "../support/terminal";

const test = suite("cli/lakes");
const { folder: home, remove } = homeFolder();
test.after(remove);

const app = { SPOTIFY_CLIENT_ID: "id", SPOTIFY_CLIENT_SECRET: "secret" };
const samples = "npx playlake --sample reads the sample playlists";

/** Makes a state folder with an origin. */
function makeLake(name: string, source: string, playlists: string[]): void {
  const folder = path.join(home, ".playlake", name);
  mkdirSync(path.join(folder, "buckets", "playlake-raw", "playlists", "snapshot_date=2026-11-22"), { recursive: true });
  writeFileSync(path.join(folder, "origin.json"), JSON.stringify({ source, playlists }));
}

/** The error of a wrongly used command. */
async function refusal(words: string[], env: Record<string, string> = {}): Promise<string> {
  const { exitCode, out, err } = await run(words, { home, env });
  assert.equal([exitCode, out], [2, ""], err);
  return err.split("\n")[0] ?? "";
}

test("without a lake, the list explains how to make one", async () => {
  const listed = await run(["lakes"], { home });
  assert.equal(listed, { exitCode: 0, out: "There is no lake yet; make one with: npm start\n", err: "" });
});

test("an import that can take nothing says why once, and makes no lake", async () => {
  const file = path.join(home, "recipe.json");
  writeFileSync(file, '{"title": "soup"}');

  const { exitCode, out, err } = await run(["import", "recipe.json", "--date", "2020-02-29"], { home });

  const [reason = "", ...others] = err.split("\n");
  assert.match(reason, `! ${file}: found`);
  assert.equal(others, ["playlake: nothing can be imported: 1 file refused", ""]);
  assert.equal([exitCode, out, existsSync(path.join(home, ".playlake", "imported"))], [1, "", false]);
  rmSync(file);
});

test("an import without a lake makes one and names it", async () => {
  writeFileSync(path.join(home, "old.json"), '{"name":"Old","type":"playlist","tracks":{"items":[]}}');

  const imported = await run(["import", "old.json", "--date", "2020-02-29"], { home });

  assert.is(imported.exitCode, 0, imported.err);
  assert.is(imported.err.split("\n")[0], "into .playlake/imported (imported files)");
  const asked = await run(["sql", "SELECT playlist_id, snapshot_date FROM playlists", "--format", "csv"], { home });
  assert.equal(asked.out, "playlist_id,snapshot_date\nold,2020-02-29\n");
  assert.is(asked.err, "from .playlake/imported (imported files)\n");
});

test("samples are not read silently beside the user's own lake", async () => {
  assert.is(
    await refusal(["run"]),
    `playlake: there is a lake of imported files: npx playlake import adds to it; ${samples}`,
  );
});

test("samples are not read silently if an app or login is incomplete", async () => {
  const half = `playlake: SPOTIFY_CLIENT_SECRET is not set: SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET go together; ${samples}`;
  assert.is(await refusal(["run"], { SPOTIFY_CLIENT_ID: "id" }), half);
  assert.is(
    await refusal(["run"], app),
    `playlake: the app's id and secret are set, but nobody is logged in: run npx playlake login, or name --playlist LINK; ${samples}`,
  );
});

test("a login without the app's variables names the next step", async () => {
  makeLake("spotify", "spotify", ["me"]);
  assert.is(
    await refusal(["run"]),
    `playlake: there is a lake of your playlists, from Spotify: set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET to continue it; ${samples}`,
  );
});

test("the list shows each lake's content and days, and marks the last one used", async () => {
  makeLake("sample", "sample", []);
  const { out } = await run(["lakes", "--json"], { home });
  assert.equal(JSON.parse(out), [
    { lake: ".playlake/imported", holds: "imported files", days: 1, newest: "2020-02-29", isLast: true },
    { lake: ".playlake/sample", holds: "the sample playlists", days: 1, newest: "2026-11-22", isLast: false },
    { lake: ".playlake/spotify", holds: "your playlists, from Spotify", days: 1, newest: "2026-11-22", isLast: false },
  ]);
  const table = (await run(["lakes"], { home })).out.split("\n");
  assert.is(table[2], "*  .playlake/imported  imported files                   1  2020-02-29");
});

test("an import into the samples or another history's folder is refused", async () => {
  const into = async (state: string) =>
    (await run(["import", "old.json", "--date", "2020-02-29", "--state", state], { home })).err;
  const sample = path.join(home, ".playlake", "sample");
  assert.is(
    await into(".playlake/sample"),
    `playlake: ${sample} holds the sample playlists, which nothing is mixed with; give another --state\n`,
  );
  mkdirSync(path.join(home, "documents"));
  writeFileSync(path.join(home, "documents", "letter.txt"), "");
  const documents = path.join(home, "documents");
  assert.is(await into("documents"), `playlake: ${documents} is not empty and holds no lake; give another --state\n`);
});

test("missing dates and invalid playlists are refused before a lake is opened", async () => {
  const undated = `playlake: import: give --date DAY: the day of ${path.join(home, "old.json")} is not known`;
  assert.is(await refusal(["import", "old.json"]), undated);
});

test("a folder's other files cost only themselves, and need no day", async () => {
  const folder = path.join(home, "mixed");
  const list = '{"name":"Mixed","type":"playlist","tracks":{"items":[]}}';
  for (const [name, text] of [
    ["package.json", '{"name":"a-package"}'],
    ["snapshot_date=2020-03-01/mixed.json", list],
    [".git/state.json", list],
    ["node_modules/a-package/package.json", list],
  ] as const) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }

  const imported = await run(["import", "mixed", "--json", "--quiet"], { home });
  writeFileSync(path.join(folder, "undated.json"), list);
  const undated = await refusal(["import", "mixed"]);

  const { stored, refused } = JSON.parse(imported.out) as { stored: string[]; refused: string[] };
  assert.equal(stored, ["playlists/snapshot_date=2020-03-01/mixed.jsonl.gz"]);
  assert.equal([refused.length, refused[0]?.split(": ")[0]], [1, path.join(folder, "package.json")]);
  const unknown = `the day of ${path.join(folder, "undated.json")} is not known`;
  assert.is(undated, `playlake: import: give --date DAY: ${unknown}`);
});

test("a moved .playlake keeps its last lake", async () => {
  const { folder: other, remove: removeOther } = homeFolder();
  const [here, there] = [path.join(home, ".playlake"), path.join(other, ".playlake")];
  rmSync(there, { recursive: true });
  renameSync(here, there);

  const { out, err } = await run(["sql", "SELECT count(*) AS n FROM playlists", "--json"], { home: other });

  renameSync(there, here);
  removeOther();
  assert.equal([JSON.parse(out), err], [[{ n: 2 }], "from .playlake/imported (imported files)\n"]);
});

test("forget of an unknown name is an error of one line", async () => {
  const { exitCode, err } = await run(["forget", "nonsense", "--yes", "--quiet"], { home });
  const message = 'no stored playlist is called "nonsense"; there are "Mixed" (mixed) and "Old" (old)';
  assert.equal([exitCode, err], [1, `playlake: ${message}\n`]);
});

test("without the last run's lake, the others are named", async () => {
  rmSync(path.join(home, ".playlake", "imported"), { recursive: true });
  const { exitCode, err } = await run(["list"], { home });
  const message = "the lake of the last run is gone; name one with --state: .playlake/sample, .playlake/spotify";
  assert.equal([exitCode, err], [1, `playlake: ${message}\n`]);
});

test.run();
