// The digest of a local lake, as the stack's function would mail it.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { historyHome } from "../support/cli/historyHome";
import { run } from "../support/terminal";

const test = suite("cli/digest");
const { home, ok, begin, remove } = historyHome();

test.before(() => begin());
test.after(remove);

test("the samples' last day is printed as a mail", async () => {
  const { out, err } = await ok("digest", "--since", "2026-11-02");

  assert.is(err, "from .playlake/sample (the sample playlists)\n");
  assert.is(
    out,
    `Playlake: 6 came, 3 went

What changed in 3 playlists, as stored on 2026-11-03.

Everyday, Rain or Shine: 2 came, 1 went
  + Electric Weather (Live) by Salt, Smoke, and Rain
  + Golden Hour (Live) by Marrow & Pine
  - Last Tide by Marrow & Pine

Liked Songs: 2 came, 1 went
  + Electric Weather at Dawn by The "Late" Ferries
  + Golden Hour at Dawn by DJ O'Malley's Ghost
  - Electric Tide by Marrow & Pine

Night "Shift" Radio: 2 came, 1 went
  + Glass Tide II by Copper Lanterns
  + Hollow Signal II by Marrow & Pine
  - Paper Machine by Marrow & Pine
`,
  );
});

test("without a day it looks back a week from the last stored one", async () => {
  const whole = await ok("digest", "--quiet");
  assert.equal(await ok("digest", "--since", "2026-10-27", "--quiet"), whole);
  const { since, subject, body, changes } = JSON.parse((await ok("digest", "--json", "--quiet")).out) as {
    since: string;
    subject: string;
    body: string;
    changes: object[];
  };
  assert.is(since, "2026-10-27");
  assert.is(`${subject}\n\n${body}`, whole.out);
  assert.is(changes.length, 13);
});

test("the samples' lost song is named, with another release of it", async () => {
  const { out } = await ok("digest", "--quiet");
  const [, lost] = out.split("no longer plays it.\n\n");
  const release = "https://open.spotify.com/track/Iljwsn8VviwKGmbwg7r9d8";
  assert.is(
    lost?.split("\n\n")[0],
    `Everyday, Rain or Shine
  x Quiet Machine by The "Late" Ferries (2026-11-02)
    another release: ${release} (Second Weather)`,
  );
});

test("a digest without changes is one line, and odd days are refused", async () => {
  assert.is((await ok("digest", "--since", "2026-11-03", "--quiet")).out, "Nothing changed since 2026-11-03.\n");
  assert.is((await ok("digest", "--since", "2026-11-04", "--quiet")).out, "Nothing was stored since 2026-11-04.\n");
  const none = JSON.parse((await ok("digest", "--since", "2026-11-03", "--quiet", "--json")).out);
  assert.equal(none, { since: "2026-11-03", subject: null, body: null, changes: [] });
  const odd = await run(["digest", "--since", "soon"], { home });
  assert.is(odd.exitCode, 2);
  assert.match(odd.err, '--since: got "soon", expected a day such as');
});

/** Imports a list of songs, called by their keys, as one playlist of a day. */
async function store(state: string, id: string, day: string, keys: string): Promise<void> {
  const entries = [...keys].map((key) => ({
    track: { id: key, type: "track", uri: `spotify:track:${key}`, name: key },
  }));
  writeFileSync(
    path.join(home, `${id}.json`),
    JSON.stringify({ id, type: "playlist", name: id, tracks: { items: entries } }),
  );
  await ok("import", path.join(home, `${id}.json`), "--date", day, "--state", state, "--quiet");
}

test("lists that are stored rarely are compared with their last day before", async () => {
  const state = path.join(home, "sparse");
  const digest = async (...words: string[]) => (await ok("digest", "--state", state, "--quiet", ...words)).out;
  await store(state, "often", "2026-11-20", "ab");
  const once = await digest();
  await store(state, "rarely", "2026-10-01", "xy");
  await store(state, "often", "2026-10-12", "a");
  await store(state, "often", "2026-10-30", "abc");
  await store(state, "rarely", "2026-11-20", "yz");

  const week = await digest();
  const since = await digest("--since", "2026-10-30");

  assert.is(once, "There is nothing to compare yet: each playlist is stored on one day only.\n");
  const [head, often, rarely] = [
    "Playlake: 1 came, 2 went\n\nWhat changed in 2 playlists, as stored on 2026-11-20.\n",
    "often: 1 went\n  - c\n",
    "rarely: 1 came, 1 went\n  + z\n  - x\n",
  ];
  assert.is(week, [head, often, rarely].join("\n"));
  assert.is(since, week);
  assert.is(await digest("--since", "2026-11-20"), "Nothing changed since 2026-11-20.\n");
});

test.run();
