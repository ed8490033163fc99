import { suite } from "uvu";
import * as assert from "uvu/assert";
import { lossesText, planText } from "../../../cli/restore/text";
import { type Loss, type LossReason, targetOf } from "../../../operations/restore/target";

const test = suite("cli/restore/text");

const entry = (name: string) => ({ uri: `spotify:track:${name}`, name, by: "Band", isTakenDown: false });
const noOptions = { refused: new Set<string>(), others: new Map(), substitutes: false };

type Plan = Parameters<typeof planText>[0];

function plan(oldNames: readonly string[], nowNames: readonly string[], more: Partial<Plan> = {}): Plan {
  const now = nowNames.map(entry);
  const entries = oldNames.map((name, position) => ({ ...entry(name), position }));
  const old = { day: "2026-11-01", entries };
  return {
    ...{ name: "Road \u202eTrip", newName: "Road Trip (as of 2026-11-01)", old, now },
    nowIs: "2026-11-22, the last stored day",
    target: targetOf(entries, [], noOptions),
    others: new Map(),
    substitutes: false,
    ...more,
  };
}

test("the difference names what came, went and moved", () => {
  assert.is(
    planText(plan(["b", "a", "c", ..."123456"], ["a", "b", "x"])),
    `"Road  Trip" as it stood on 2026-11-01: 9 entries
Into a new private playlist: "Road Trip (as of 2026-11-01)"
Compared with 2026-11-22, the last stored day:
  + 7 added
      c (Band)
      1 (Band)
      2 (Band)
      3 (Band)
      4 (Band)
      and 2 more
  - 1 removed
      x (Band)
  ~ 1 moved
      b (Band)
`,
  );
});

test("a list in place that is as it stood has no difference", () => {
  const now = [entry("a")];
  const target = targetOf(now, [now[0]!.uri], noOptions);
  assert.is(
    planText(plan(["a"], ["a"], { newName: undefined, nowIs: "the list now", target })),
    `"Road  Trip" as it stood on 2026-11-01: 1 entry
Into the playlist itself
Compared with the list now:
  no difference
`,
  );
});

const other = { uri: "spotify:track:z", name: "z", by: "Band", album: "Best Of", lastDay: "2026-11-20" };
const loss = (name: string, reason: LossReason, release?: Loss["other"]): Loss => {
  return { entry: { ...entry(name), ...(/un/.test(reason) ? { uri: reason } : {}) }, reason, other: release };
};

const texts: [what: string, losses: Loss[], substitutes: boolean, text: string][] = [
  ["nothing is lost", [], false, ""],
  [
    "one of each kind",
    [
      loss("f", "local file"),
      loss("", "unavailable"),
      loss("", "unreadable"),
      loss("t", "taken down"),
      loss("r", "refused"),
    ],
    false,
    `Cannot come back: 5 entries
  ! 1 local file
      f (Band)
  ! 1 entry without an item
  ! 1 unreadable entry
  ! 1 track that Spotify took down
      t (Band)
  ! 1 item that Spotify refuses
      r (Band)
`,
  ],
  [
    "an offer",
    [loss("t", "taken down", other), loss("u", "taken down")],
    false,
    `Cannot come back: 2 entries
  ! 2 tracks that Spotify took down
      t (Band): the same recording is spotify:track:z, from "Best Of"
      u (Band)
--substitute puts the other release in the place of 1 of them.
`,
  ],
  [
    "an offer that was refused, too",
    [loss("t", "refused", other)],
    true,
    `Cannot come back: 1 entry
  ! 1 item that Spotify refuses
      t (Band): the same recording is spotify:track:z, from "Best Of"
`,
  ],
];

for (const [what, losses, substitutes, text] of texts) {
  test(`what cannot come back: ${what}`, () => {
    assert.is(lossesText({ uris: [], losses, replaced: [], leftovers: 0 }, substitutes), text);
  });
}

test("the text names what takes a place, and what stays", () => {
  const replaced = [loss("t", "taken down", other)];
  assert.is(
    lossesText({ uris: [], losses: [], replaced, leftovers: 2 }, true),
    `  = 1 replaced by another release
      t (Band): the same recording is spotify:track:z, from "Best Of"
Today's list has 2 entries that Spotify's API cannot remove (local files, entries without an item): they stay, at the end.
`,
  );
});

test.run();
