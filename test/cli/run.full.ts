import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sampleLibrary } from "../../standin/sampleLibrary";
import { standInApp } from "../../standin/tokens";
import { runHome } from "../support/cli/runHome";
import { projectFolder } from "../support/commandLine";
import { filesOf, lakeFiles } from "../support/lakes";
import { createTestStandIn } from "../support/standin/testStandIn";
import { run } from "../support/terminal";

const test = suite("cli/run");
const { home, remove, ask } = runHome();

test.after(remove);

test("--from reads the nine playlists", async () => {
  const file = path.join(projectFolder, "..", "shared", "samples", "nine-playlists.json");
  if (!existsSync(file)) return console.log("skipped: there are no samples beside the project");

  const { exitCode, err } = await run(["run", "--from", file, "--quiet"], { home });

  assert.is(exitCode, 0, err);
  const counts = "count(*), count(DISTINCT playlist_id), count(DISTINCT item_key)";
  assert.equal(await ask(`SELECT ${counts} FROM playlist_items`), ["416,9,394"]);
});

test("--from serves the user's files in its own state and names unknown playlists", async () => {
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

test("--from and import give a file without an id the same playlist id", async () => {
  const file = path.join(home, "road trip_é.json");
  writeFileSync(file, '{"items":[{"track":{"id":"t1","name":"A","type":"track"}}],"total":1}');
  const idsIn = async (state: string) => {
    const { out } = await run(["sql", "SELECT playlist_id FROM playlists", "--format", "csv", "--state", state], {
      home,
    });
    return out;
  };

  const served = await run(["run", "--from", file, "--state", "served", "--quiet"], { home });
  const again = await run(["run", "--from", file, "--state", "served", "--quiet"], { home });
  const imported = await run(["import", file, "--date", "2026-11-01", "--state", "imported", "--quiet"], { home });

  assert.equal([served.exitCode, again.exitCode, imported.exitCode], [0, 0, 0], served.err + imported.err);
  assert.is(await idsIn("served"), "playlist_id\nroad%20trip%5F%C3%A9\n");
  assert.is(await idsIn("imported"), await idsIn("served"));
});

const [one = "", two = ""] = sampleLibrary()
  .playlistsAt(new Date("2026-11-01T12:00:00Z"))
  .map(({ id }) => id);
const gone = "1111111111111111111111";

test("a run with a user's consent keeps the rotated token and leaves no secret", async () => {
  const given = "refresh-token-of-the-user";
  const spotify = createTestStandIn({
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
  const kept = readdirSync(path.join(state, "parameters"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  assert.is(kept.length > 0, true);
  for (const file of kept) assert.is(statSync(file).mode & 0o077, 0, `${file} is the user's alone`);
  for (const name of Object.keys(filesOf(state)).filter((name) => !name.startsWith("parameters/"))) {
    const content = readFileSync(path.join(state, name), "latin1");
    for (const secret of [given, standInApp.clientSecret, "access-", "refresh-"]) {
      assert.is(content.includes(secret), false, `${secret} in ${name}`);
    }
  }
});

test("a failed run prints its cause once, at the end, and no tables", async () => {
  const spotify = createTestStandIn({ library: sampleLibrary(), clock: { now: () => new Date() } });
  const { apiUrl, accountsUrl } = await spotify.listen();
  const env = {
    SPOTIFY_CLIENT_ID: "wrong-id",
    SPOTIFY_CLIENT_SECRET: "wrong-secret",
    SPOTIFY_API_URL: apiUrl,
    SPOTIFY_ACCOUNTS_URL: accountsUrl,
  };
  // The playlists of the run before, for which the program has run.
  const words = ["run", "--playlist", one, two, gone, "--state", "refused"];
  const { exitCode, out, err } = await run(words, { home, env }).finally(() => spotify.close());

  assert.is(exitCode, 1);
  assert.is(out, "");
  const cause = "Spotify refuses the app's client id and secret (400 invalid_client Invalid client secret)";
  assert.is(err.split(cause).length, 2, err);
  assert.match(
    err.split("\n").at(-2) ?? "",
    new RegExp(
      `^playlake: not complete; run again to continue: playlake-extract: not stored yet for \\d{4}-\\d\\d-\\d\\d: ${one}, ${two}, ${gone} \\(Spotify refuses `,
    ),
  );
});

test.run();
