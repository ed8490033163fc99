import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sampleLibrary } from "../../../local/spotify/library";
import { createSpotifyStandIn } from "../../../local/spotify/server";
import { standInApp } from "../../../local/spotify/tokens";
import { tableNames } from "../../../transforms/schema";
import { projectFolder, temporaryFolder } from "../../support/commandLine";
import { filesOf, lakeFiles } from "../../support/lakes";
import { run, withoutTimes } from "../../support/terminal";

const test = suite("playlake run");
const { folder: home, remove } = temporaryFolder();

test.after(remove);

/** The rows of an answer, as CSV. */
async function ask(sql: string): Promise<string[]> {
  const { exitCode, out, err } = await run(["sql", sql, "--format", "csv"], { home });
  assert.is(exitCode, 0, err);
  return out.trimEnd().split("\n").slice(1);
}

test("the first run simulates three days and answers; the second adds one", async () => {
  const first = await run([], { home });

  assert.is(first.exitCode, 0, first.err);
  const labels = withoutTimes(first.err)
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s{2,}/)[0]);
  assert.equal(labels, [
    "Playlake on this machine, reading a stand-in for Spotify with sample playlists.",
    ...["program", "2026-11-01", "2026-11-02", "2026-11-03", "alarms"],
    "playlake-alarm-rows-rejected: Spotify served entries that could not be read: neither id nor address.",
    "answers",
  ]);
  const headings = first.out.split("\n").filter((line) => /^\S/.test(line));
  assert.equal(headings.slice(0, 5), [
    "What came and went since the day before",
    "Most frequent artists now",
    "Items by type",
    "Rows by table, all days",
    "Files: .playlake/sample/buckets (raw responses, CSV tables), .playlake/sample/logs",
  ]);
  assert.equal(await ask("SELECT DISTINCT snapshot_date FROM playlists ORDER BY 1"), [
    "2026-11-01",
    "2026-11-02",
    "2026-11-03",
  ]);
  const three = lakeFiles(path.join(home, ".playlake", "sample"));
  assert.is(Object.keys(three).length, 3 * 3 * tableNames.length);

  const second = await run(["--json"], { home });

  const { days, metrics, alarms } = JSON.parse(second.out) as {
    days: { day: string; failures: string[] }[];
    metrics: { metricName: string; sum: number }[];
    alarms: { name: string; state: string }[];
  };
  assert.is(metrics.find(({ metricName }) => metricName === "PlaylistsStored")?.sum, 3);
  assert.equal(
    alarms.filter(({ state }) => state === "ALARM").map(({ name }) => name),
    ["playlake-alarm-rows-rejected"],
  );
  assert.equal(
    days.map(({ day, failures }) => ({ day, failures })),
    [{ day: "2026-11-04", failures: [] }],
  );
  const four = lakeFiles(path.join(home, ".playlake", "sample"));
  assert.is(Object.keys(four).length, 4 * 3 * tableNames.length);
  const history = Object.fromEntries(Object.keys(three).map((name) => [name, four[name]]));
  assert.equal(history, three, "what is stored stays as it is");
  const doubled = "count(*) - count(DISTINCT (snapshot_date, playlist_id, position))";
  assert.equal(await ask(`SELECT count(DISTINCT snapshot_date), ${doubled} FROM playlist_items`), ["4,0"]);
});

test("--from serves the user's responses, in a state of its own; an unknown playlist is named, the others are done", async () => {
  const folder = path.join(home, "mine");
  mkdirSync(folder);
  const track = { id: "t1", name: 'say "hi", \\', artists: [] };
  writeFileSync(path.join(folder, "page.json"), JSON.stringify({ offset: 0, total: 2, items: [null, { track }] }));

  const first = await run(["run", "--from", "mine", "--quiet"], { home });

  assert.equal(first, { exitCode: 0, out: "", err: "" });
  assert.equal(await ask("SELECT position, item_type, item_key FROM playlist_items ORDER BY 1"), [
    "0,unavailable,",
    "1,track,t1",
  ]);
  assert.equal(await ask("SELECT name FROM tracks"), ['"say ""hi"", \\"']);

  const stored = filesOf(path.join(home, ".playlake", "mine", "buckets", "playlake-raw", "playlists"));
  const lake = lakeFiles(path.join(home, ".playlake", "mine"));
  const gone = "0000000000000000000000";
  const again = await run(["run", "--from", "mine", "--playlist", gone], { home });

  assert.is(again.exitCode, 0, again.err);
  assert.is(again.err.split("\n").filter((line) => line.startsWith(`! playlist ${gone}: 404. `)).length, 1, again.err);
  assert.equal(filesOf(path.join(home, ".playlake", "mine", "buckets", "playlake-raw", "playlists")), stored);
  assert.equal(lakeFiles(path.join(home, ".playlake", "mine")), lake);
});

test("--from the nine playlists", async () => {
  const file = path.join(projectFolder, "..", "shared", "samples", "nine-playlists.json");
  if (!existsSync(file)) return console.log("skipped: there are no samples beside the project");

  const { exitCode, err } = await run(["run", "--from", file, "--quiet"], { home });

  assert.is(exitCode, 0, err);
  const counts = "count(*), count(DISTINCT playlist_id), count(DISTINCT item_key)";
  assert.equal(await ask(`SELECT ${counts} FROM playlist_items`), ["416,9,394"]);
});

test("with a user's consent: keeps the rotated token, asks for nothing twice, leaves no secret", async () => {
  const [one = "", two = ""] = sampleLibrary()
    .playlistsAt(new Date("2026-11-01T12:00:00Z"))
    .map(({ id }) => id);
  const gone = "1111111111111111111111";
  const given = "refresh-token-of-the-user";
  const spotify = createSpotifyStandIn({
    library: sampleLibrary(),
    clock: { now: () => new Date() },
    refreshTokens: [{ refreshToken: given }],
    rotateRefreshTokens: true,
  });
  const { apiUrl, accountsUrl } = await spotify.listen();
  const env = {
    SPOTIFY_CLIENT_ID: standInApp.clientId,
    SPOTIFY_CLIENT_SECRET: standInApp.clientSecret,
    SPOTIFY_REFRESH_TOKEN: given,
    SPOTIFY_API_URL: apiUrl,
    SPOTIFY_ACCOUNTS_URL: accountsUrl,
  };
  try {
    const link = `https://open.spotify.com/playlist/${two}?si=1`;
    const first = await run(["run", "--playlist", one, link, `spotify:playlist:${gone}`], { home, env });
    const requests = spotify.requests.length;
    const again = await run(["run"], { home, env });

    assert.is(first.exitCode, 0, first.err);
    assert.is(
      first.err.split("\n").filter((line) => line.startsWith(`! playlist ${gone}: 404. `)).length,
      1,
      first.err,
    );
    assert.is(again.exitCode, 0, again.err);
    assert.is(spotify.requests.length, requests, "a complete day costs no request");
    assert.equal(await ask("SELECT playlist_id FROM playlists ORDER BY 1"), [one, two].sort());
  } finally {
    await spotify.close();
  }
  const state = path.join(home, ".playlake", "spotify");
  const kept = readdirSync(path.join(state, "secrets"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  assert.is(kept.length > 0, true);
  for (const file of kept) assert.is(statSync(file).mode & 0o077, 0, `${file} is the user's alone`);
  for (const name of Object.keys(filesOf(state)).filter((name) => !name.startsWith("secrets/"))) {
    const content = readFileSync(path.join(state, name), "latin1");
    for (const secret of [given, standInApp.clientSecret, "access-", "refresh-"]) {
      assert.is(content.includes(secret), false, `${secret} in ${name}`);
    }
  }
});

test.run();
