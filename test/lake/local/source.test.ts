import { suite } from "uvu";
import * as assert from "uvu/assert";
import { chooseSource } from "../../../lake/local/source";

const test = suite("lake/local/source");
const app = { SPOTIFY_CLIENT_ID: "id", SPOTIFY_CLIENT_SECRET: "secret" };
const token = { ...app, SPOTIFY_REFRESH_TOKEN: "token" };
const kept = "3cEYpjA9oz9GiPac4AsH4n";

const cases: readonly [
  what: string,
  playlists: readonly string[],
  remembered: readonly string[] | undefined,
  read: string,
][] = [
  ["reads all playlists of the user, as after a login", [], undefined, "me"],
  ["does not replace the playlists of the last run", [], [kept], kept],
  ["does not replace the named playlists", ["liked"], undefined, "liked"],
];

for (const [what, playlists, remembered, read] of cases) {
  test(`a token in the environment ${what}`, async () => {
    const origin = remembered && { source: "spotify", playlists: remembered };
    const source = await chooseSource({ from: undefined, playlists, env: token, remembered: origin });

    assert.equal([source.origin, source.playlists, source.credentials.refreshToken], ["spotify", [read], "token"]);
  });
}

test("without a token or a login, the app alone reads nothing", async () => {
  const message = await chooseSource({ from: undefined, playlists: [], env: app, remembered: undefined }).then(
    String,
    (error: Error) => error.message,
  );

  assert.match(message, /^the app's id and secret are set, but nobody is logged in: run npx playlake login, /);
});

test.run();
