import path from "node:path";
import * as assert from "uvu/assert";
import { connect } from "../../../cli/restore/connection";
import type { Lake } from "../../../lake";
import { sampleLibrary } from "../../../standin/sampleLibrary";
import { writableLibrary } from "../../../standin/writableLibrary";
import { browse, freePort, loginSuite, parametersOf } from "../../support/cli/loginSuite";
import { run } from "../../support/terminal";

const { test, context, again } = loginSuite("cli/restore/connection");

const clock = { now: () => new Date() };
const lakeIn = (state: string) => ({ identity: { state } }) as Lake;

/** Connects as the command does; the user consents. */
async function connected(isInPlace: boolean, env: NodeJS.ProcessEnv = context.env) {
  let scope: string | null = null;
  const err = (text: string) => {
    const link = /^http\S+\/authorize\?\S+$/m.exec(text)?.[0];
    if (link === undefined) return;
    scope = parametersOf(link).get("scope");
    void browse(link);
  };
  const terminal = { env, err, isInteractive: false } as unknown as Parameters<typeof connect>[1]["terminal"];
  const call = { command: "restore", is: {}, text: { port: String(await freePort()) }, terminal };
  const connection = await connect(lakeIn(path.join(context.home, "state")), call, isInPlace, "2026-11-03");
  return { connection, scope };
}

test.before.each(() => {
  const library = writableLibrary(sampleLibrary(), { clock });
  return again({ library, rotateRefreshTokens: true });
});

const read = "playlist-read-private playlist-read-collaborative";

for (const [isInPlace, scopes] of [
  [false, `${read} playlist-modify-private`],
  [true, `${read} playlist-modify-private playlist-modify-public`],
] as const) {
  test(`the user consents to what is written: ${isInPlace ? "in place" : "a new playlist"}`, async () => {
    const { connection, scope } = await connected(isInPlace);

    assert.is(scope, scopes);
    const playlistId = await connection.writer.create({ name: "New", description: "" });
    context.spotify.expireAccessTokens();
    // The rotated token is used, though nothing is stored.
    assert.is((await connection.client.open(playlistId)).playlistId, playlistId);
  });
}

test("half of the app's credentials is wrong use", async () => {
  const { SPOTIFY_CLIENT_SECRET, ...env } = context.env;
  const error = await connected(false, env).catch((reason: Error) => reason);
  assert.is(
    (error as Error).message,
    "restore: SPOTIFY_CLIENT_SECRET is not set: SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET go together",
  );
});

const wrong: [words: string[], message: string][] = [
  [[], "restore: name a playlist, by its id, its link or a part of its name"],
  [["night"], 'restore: give the day, such as --to 2026-11-01 or --to "3 months ago"'],
  [["night", "--to", "soon"], '--to: got "soon", expected a day such as 2026-11-22, yesterday or "3 months ago"'],
  [["night", "--to", "today", "--json"], "restore: --json needs --yes"],
  [["night", "--to", "today"], "restore: give --yes to write it; there is no terminal to ask on"],
];

for (const [words, message] of wrong) {
  test(`playlake restore ${words.join(" ")} is wrong use`, async () => {
    const { exitCode, err } = await run(["restore", ...words], { home: context.home, env: context.env });
    assert.equal({ exitCode, err }, { exitCode: 2, err: `playlake: ${message}\nSee playlake restore --help.\n` });
  });
}

test.run();
