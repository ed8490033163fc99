import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DayState, PlaylistState } from "../../spotify/state";
import { inReadingOrder, type Target, targetIds } from "../../spotify/targets";
import { likedId } from "../../transforms/keys";

const test = suite("spotify/targets");

const opening = (playlistId: string, contentsId: string) => ({
  playlistId,
  head: [],
  paging: { entries: 0, total: 0, nextOffset: undefined },
  contentsId,
});
const stateOf = (snapshotDate: string): PlaylistState => {
  return { snapshotId: "s1", key: "k", snapshotDate, entries: 0, market: null };
};
/** A playlist, the contents that the user's list names, the day of its last full read, and whether the last run left it. */
function target(playlistId: string, listed?: string, readOn?: string, wasMissing = false): Target {
  return {
    playlistId,
    listed: listed === undefined ? undefined : opening(playlistId, listed),
    state: readOn === undefined ? undefined : stateOf(readOn),
    wasMissing,
    wasUnavailable: false,
  };
}

const reader = {
  mayReuse: (listed: { contentsId: string | undefined }, state: PlaylistState | undefined): state is PlaylistState =>
    listed.contentsId === state?.snapshotId,
};
const lastDay: DayState = {
  ...{ snapshotDate: "2026-11-21", isComplete: false, wanted: [], stored: [], unavailable: [] },
  ...{ missing: ["failed"], failed: ["failed"] },
};

test("order: changed, missing, the oldest, unchanged, failed", () => {
  const ordered = [
    target("changed, read long ago", "s2", "2026-11-15"),
    target("changed, read lately", "s2", "2026-11-20"),
    target("missing, never read", undefined, undefined, true),
    target("missing, read before", undefined, "2026-11-16", true),
    target("not in the list, read long ago", undefined, "2026-11-14"),
    target("not in the list, read lately", undefined, "2026-11-20"),
    target("unchanged", "s1", "2026-11-20"),
    target("failed", "s2", "2026-11-14", true),
  ];
  const shuffled = [5, 7, 0, 3, 6, 1, 4, 2].map((index) => ordered[index]!);

  assert.equal(
    inReadingOrder(shuffled, reader, lastDay).map(({ playlistId }) => playlistId),
    ordered.map(({ playlistId }) => playlistId),
  );
});

const likedCases: [what: string, liked: Target, other: Target][] = [
  ["as old", target(likedId, undefined, "2026-11-20"), target("other", undefined, "2026-11-20")],
  ["older", target(likedId, undefined, "2026-11-14"), target("other", undefined, "2026-11-20")],
  ["missing, too", target(likedId, undefined, undefined, true), target("other", undefined, "2026-11-20", true)],
];
for (const [what, liked, other] of likedCases) {
  test(`Liked Songs come after playlists of their group: ${what}`, () => {
    assert.equal(inReadingOrder([liked, other], reader, undefined), [other, liked]);
  });
}

test("missing Liked Songs come before playlists that were stored", () => {
  const liked = target(likedId, undefined, undefined, true);
  const other = target("other", undefined, "2026-11-14");
  assert.equal(inReadingOrder([other, liked], reader, undefined), [liked, other]);
});

test("named playlists come before those of the user's list, each once", () => {
  const mine = ["b", "c"].map((id) => opening(id, "s"));
  assert.equal(targetIds(["me", "c", likedId], mine), ["c", likedId, "b"]);
  assert.equal(targetIds(["c", likedId], mine), ["c", likedId]);
});

test.run();
