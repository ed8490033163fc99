import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type OldEntry, targetOf } from "../../../operations/restore/target";

const test = suite("operations/restore/target");

const track = (name: string) => `spotify:track:${name}`;
const file = (name: string) => `spotify:local:${name}`;
const entry = (uri: string): OldEntry => ({ uri, name: uri, by: "", isTakenDown: false });
const other = { uri: track("other"), name: "Other", by: "B", album: "C", lastDay: "2026-11-20" };

interface Case {
  old: OldEntry[];
  current?: string[];
  refused?: string[];
  uris: string[];
  lost?: string[];
  leftovers?: number;
}

const takenDown = { ...entry(track("a")), isTakenDown: true };

const cases: [what: string, Case][] = [
  [
    "tracks, episodes and duplicates come back in order",
    {
      old: [track("b"), "spotify:episode:e", track("a"), track("b")].map(entry),
      uris: [track("b"), "spotify:episode:e", track("a"), track("b")],
    },
  ],
  ["a local file cannot be added", { old: [entry(file("x"))], uris: [], lost: ["local file"] }],
  [
    "a local file that is still there keeps its place",
    {
      old: [entry(file("x")), entry(track("a"))],
      current: [track("a"), file("x")],
      uris: [file("x"), track("a")],
    },
  ],
  [
    "of two local files, one is still there",
    {
      old: [entry(file("x")), entry(file("x"))],
      current: [file("x")],
      uris: [file("x")],
      lost: ["local file"],
    },
  ],
  [
    "a local file that came later stays, at the end",
    {
      old: [entry(track("a"))],
      current: [file("x"), track("b"), "unavailable"],
      uris: [track("a"), file("x"), "unavailable"],
      leftovers: 2,
    },
  ],
  [
    "entries without an item",
    {
      old: [entry("unavailable"), entry("unreadable"), entry("unavailable")],
      current: ["unavailable"],
      uris: ["unavailable"],
      lost: ["unreadable", "unavailable"],
    },
  ],
  ["a track that was taken down", { old: [takenDown], uris: [], lost: ["taken down"] }],
  ["a track that was taken down, and is still there", { old: [takenDown], current: [track("a")], uris: [track("a")] }],
  [
    "a track that was taken down, with a copy too many",
    {
      old: [takenDown],
      current: [track("a"), track("a")],
      uris: [],
      lost: ["taken down"],
    },
  ],
  [
    "a track that Spotify refuses",
    {
      old: [entry(track("a")), entry(track("b"))],
      refused: [track("a")],
      uris: [track("b")],
      lost: ["refused"],
    },
  ],
  ["an id that is not Spotify's", { old: [entry("spotify:track:of a file")], uris: [], lost: ["local file"] }],
];

for (const [what, { old, current = [], refused = [], uris, lost = [], leftovers = 0 }] of cases) {
  test(what, () => {
    const target = targetOf(old, current, { refused: new Set(refused), others: new Map(), substitutes: false });

    assert.equal(target.uris, uris);
    assert.equal(
      target.losses.map(({ reason }) => reason),
      lost,
    );
    assert.is(target.leftovers, leftovers);
  });
}

test("an entry without an item comes back, unless it is there or refused", () => {
  const old = [{ ...entry("unavailable"), was: { uri: track("a"), name: "A", by: "" } }];
  const run = (current: string[], refused: string[] = []) => {
    const options = { refused: new Set(refused), others: new Map([[track("a"), other]]), substitutes: false };
    const { uris, losses } = targetOf(old, current, options);
    return [uris, losses.map((loss) => [loss.reason, loss.other?.uri])];
  };

  assert.equal(run([]), [[track("a")], []]);
  assert.equal(run(["unavailable"]), [["unavailable"], []]);
  assert.equal(run([], [track("a")]), [[], [["unavailable", other.uri]]]);
});

test("another release replaces a lost track only if wanted and not refused", () => {
  const others = new Map([[track("a"), other]]);
  const run = (substitutes: boolean, refused: string[] = []) => {
    const { uris, losses, replaced } = targetOf([takenDown], [], { refused: new Set(refused), others, substitutes });
    return { uris, lost: losses.map((loss) => loss.other?.uri), replaced: replaced.map((loss) => loss.entry.uri) };
  };

  assert.equal(run(false), { uris: [], lost: [other.uri], replaced: [] });
  assert.equal(run(true), { uris: [other.uri], lost: [], replaced: [track("a")] });
  assert.equal(run(true, [other.uri]), { uris: [], lost: [other.uri], replaced: [] });
});

test.run();
