/** `playlake restore` against a Spotify over loopback: a user logs in to write, and the lake's list comes back. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as assert from "uvu/assert";
import type { RestoreRecord } from "../../operations/restore/record";
import { settleMs } from "../../operations/restore/writing";
import { idFrom } from "../../standin/library";
import { playlistBody } from "../../standin/pages";
import { sampleLibrary } from "../../standin/sampleLibrary";
import { type WritableLibrary, writableLibrary } from "../../standin/writableLibrary";
import { browse, freePort, loginSuite, parametersOf } from "../support/cli/loginSuite";
import { startPlaylake } from "../support/commandLine";
import { urisOf } from "../support/operations/restoreWorld";
import { run } from "../support/terminal";

const { test, context, again, logIn } = loginSuite("cli/restore");

const nightId = idFrom('Night "Shift" Radio');
const readScopes = "playlist-read-private playlist-read-collaborative";
let library: WritableLibrary;
let scopes: (string | null)[];

test.before.each(async () => {
  library = writableLibrary(sampleLibrary(), { clock: { now: () => new Date() } });
  scopes = [];
  await again({ library });
});

/** Runs a restore; the user consents to the link that it shows. */
async function restore(words: readonly string[], ask?: (question: string) => Promise<string>) {
  const { home, env } = context;
  const onErr = (text: string) => {
    const link = /^http\S+\/authorize\?\S+$/m.exec(text)?.[0];
    if (link === undefined) return;
    scopes.push(parametersOf(link).get("scope"));
    void browse(link);
  };
  const line = ["restore", ...words, "--port", String(await freePort())];
  return run(line, { home, env, onErr, ...(ask === undefined ? {} : { ask }) });
}

/** Stores today's lists in a lake of the user's own. */
async function storeToday(): Promise<void> {
  assert.is((await logIn([], browse)).exitCode, 0);
  const { exitCode, err } = await run(["run", "--quiet"], { home: context.home, env: context.env });
  assert.is(exitCode, 0, err);
}

/** Every file of the user's home. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

function textsBelow(folder: string): string[] {
  return filesBelow(folder).map((file) => readFileSync(file, "latin1"));
}

/** Ages the unfinished restore's requests, so that the next run waits a second for Spotify to serve them, not half a minute. */
function passTime(folder: string): void {
  const ageMs = settleMs - 1000;
  for (const file of filesBelow(folder).filter((name) => /\.new\.json$/.test(name))) {
    const record = JSON.parse(readFileSync(file, "utf8")) as RestoreRecord;
    for (const name of ["madeMs", "writtenMs"] as const) if (record[name] !== undefined) record[name] -= ageMs;
    writeFileSync(file, JSON.stringify(record));
  }
}

test("a list changed after today's snapshot comes back, in place and as a new one", async () => {
  await storeToday();
  const before = urisOf(library.current(nightId));
  const [first, second] = before.filter((uri) => uri.startsWith("spotify:track:"));
  library.edit(nightId, { kind: "remove", uris: [first!] });
  library.edit(nightId, { kind: "add", uris: [second!, second!], position: 3 });
  const changed = urisOf(library.current(nightId));
  const questions: string[] = [];
  const yes = async (question: string) => {
    questions.push(question);
    return "y";
  };

  const inPlace = await restore(["night", "--to", "today", "--in-place"], yes);

  assert.is(inPlace.exitCode, 0, inPlace.err);
  assert.equal(urisOf(library.current(nightId)), before);
  assert.equal(questions, ["Write it to Spotify? [y/N] "]);
  assert.match(inPlace.out, /\n {2}\+ 1 added\n[\s\S]*\n {2}- 2 removed\n/);
  const kept = /The list before is in (\S+);/.exec(inPlace.out)?.[1];
  const imported = await run(["import", kept!, "--date", "2026-01-01"], { home: context.home, env: context.env });
  assert.is(imported.exitCode, 0, imported.err);
  const sql = `select count(*) from playlist_items where playlist_id = '${nightId}' and snapshot_day = '2026-01-01'`;
  const stored = await run(["sql", sql, "--format", "csv"], { home: context.home, env: context.env });
  assert.is(stored.out.split("\n")[1], String(changed.length));

  const { exitCode, out, err } = await restore([nightId, "--to", "today", "--yes", "--json"]);

  assert.is(exitCode, 0, err);
  const result = JSON.parse(out) as { written: string; entries: number; lost: { reason: string }[] };
  const unavailable = before.filter((uri) => !/^spotify:(track|episode):/.test(uri));
  assert.equal(
    urisOf(library.current(result.written)),
    before.filter((uri) => !unavailable.includes(uri)),
  );
  assert.equal(
    result.lost.map(({ reason }) => reason),
    ["local file", "unavailable"],
  );
  assert.equal(scopes, [
    `${readScopes} playlist-modify-private playlist-modify-public`,
    `${readScopes} playlist-modify-private`,
  ]);
  const tokens = context.spotify.requests.flatMap(({ url, body }) =>
    url === "/api/token" ? [(JSON.parse(body) as { refresh_token?: string }).refresh_token ?? ""] : [],
  );
  const writing = tokens.slice(1).filter((token) => token !== "");
  assert.is(writing.length, 2);
  for (const text of textsBelow(context.home)) for (const token of writing) assert.not.match(text, token);

  const forgotten = await run(["forget", nightId, "--yes", "--quiet"], { home: context.home, env: context.env });
  assert.is(forgotten.exitCode, 0, forgotten.err);
  assert.is(existsSync(kept!), false);
});

test("a list without a snapshot of today is stored in the lake before it is written", async () => {
  const { home, env } = context;
  const then = library.current(nightId)!;
  const file = path.join(home, "night.json");
  writeFileSync(file, playlistBody(then, then.snapshotId, "https://api.spotify.com/v1", 100));
  const imported = await run(["import", file, "--date", "2026-11-01", "--quiet"], { home, env });
  assert.is(imported.exitCode, 0, imported.err);
  const [first] = urisOf(then);
  library.edit(nightId, { kind: "remove", uris: [first!] });
  const changed = urisOf(library.current(nightId));

  const { exitCode, out, err } = await restore(["night", "--to", "2026-11-03", "--in-place", "--yes"]);

  assert.is(exitCode, 0, err);
  assert.equal(urisOf(library.current(nightId)), urisOf(then));
  assert.match(out, /as it stood on 2026-11-01: /);
  assert.not.match(out, /The list before is in/);
  const sql = `select snapshot_day, count(*) as entries from playlist_items group by snapshot_day order by snapshot_day`;
  const stored = await run(["sql", sql, "--format", "csv"], { home, env });
  const today = new Date().toISOString().slice(0, 10);
  assert.is(stored.out, `snapshot_day,entries\n2026-11-01,${then.entries.length}\n${today},${changed.length}\n`);
});

test("the answer s puts another release with the ISRC in the place of a lost track", async () => {
  const { home, env } = context;
  const [dead, other] = urisOf(library.current(nightId)).filter((uri) => uri.startsWith("spotify:track:"));
  const track = (uri: string | undefined, name: string) => {
    const item = { id: uri?.slice(14), uri, name, type: "track", external_ids: { isrc: "XX" } };
    return { added_at: "2020-01-01T00:00:00Z", item };
  };
  for (const [date, name] of [
    ["2026-11-01", "Song"],
    ["2026-11-02", ""],
  ] as const) {
    const items = [track(dead, name), track(other, "Song (Remastered)")];
    const file = path.join(home, `${date}.json`);
    writeFileSync(file, JSON.stringify({ id: nightId, name: "Night", type: "playlist", items: { items, total: 2 } }));
    const imported = await run(["import", file, "--date", date, "--quiet"], { home, env });
    assert.is(imported.exitCode, 0, imported.err);
  }
  const questions: string[] = [];
  const ask = async (question: string) => {
    questions.push(question);
    return "s";
  };

  const { exitCode, out, err } = await restore(["night", "--to", "2026-11-02"], ask);

  assert.is(exitCode, 0, err);
  assert.equal(questions, ["Write it to Spotify? [y/N, s: with the other releases] "]);
  assert.match(out, `${dead}: the same recording is ${other}\n`);
  assert.match(out, "--substitute puts the other release in the place of 1 of them.");
  const written = /open\.spotify\.com\/playlist\/(\w+)$/m.exec(out)?.[1] ?? "";
  assert.equal(urisOf(library.current(written)), [other, other]);
});

test("killed at any write and run again, the list is written once", async () => {
  const { home, env } = context;
  const then = library.current(nightId)!;
  const long = Array.from({ length: 8 }, () => then.entries).flat();
  const file = path.join(home, "night.json");
  const playlist = { ...then, entries: long };
  writeFileSync(
    file,
    JSON.stringify({
      id: nightId,
      name: "Night",
      type: "playlist",
      items: { items: long.map((text) => JSON.parse(text)), total: long.length, limit: long.length, offset: 0 },
    }),
  );
  const imported = await run(["import", file, "--date", "2026-11-01", "--quiet"], { home, env });
  assert.is(imported.exitCode, 0, imported.err);
  const wanted = urisOf(playlist).filter((uri) => /^spotify:(track|episode):/.test(uri));
  const words = ["restore", "night", "--to", "2026-11-01", "--yes", "--json"];
  let killedRuns = 0;

  for (let write = 1; ; write += 1) {
    const child = startPlaylake([...words, "--port", String(await freePort())], {
      cwd: home,
      env: env as Record<string, string>,
    });
    let writes = 0;
    context.spotify.setMisbehave(({ method, path: asked }) => {
      if (method === "GET" || asked === "/api/token") return undefined;
      writes += 1;
      // The first run is killed at its first write, the next one at its second, and so on: every other one is applied.
      return writes < write
        ? undefined
        : { act: () => child.kill("SIGKILL"), cut: "before", isApplied: write % 2 === 0 };
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (text) => (out += text));
    child.stderr.on("data", (text) => {
      err += text;
      const link = /^http\S+\/authorize\?\S+$/m.exec(String(text))?.[0];
      if (link !== undefined) void browse(link);
    });
    const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
    for (const text of textsBelow(home)) assert.not.match(text, /refresh-/);
    if (exitCode === null) {
      killedRuns += 1;
      passTime(home);
      continue;
    }
    assert.is(exitCode, 0, err);
    const { written } = JSON.parse(out) as { written: string };
    assert.equal(urisOf(library.current(written)), wanted);
    break;
  }

  assert.ok(killedRuns >= 3, `${killedRuns} runs were killed`);
  const lists = library.playlistsAt(new Date());
  assert.is(lists.length, sampleLibrary().playlistsAt(new Date()).length + 1, "one playlist is made");
});

test("an answer other than yes writes nothing", async () => {
  await storeToday();
  const { requests } = context.spotify;
  const { exitCode, err } = await restore([nightId, "--to", "today"], async () => "");
  assert.is(exitCode, 1);
  assert.match(err, /\nplaylake: not confirmed: nothing was written\n$/);
  assert.equal(
    requests.filter(({ method, url }) => method !== "GET" && url !== "/api/token"),
    [],
  );
});

test.run();
