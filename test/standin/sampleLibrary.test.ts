import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ServedPlaylist } from "../../standin/library";
import { firstSampleDay, sampleLibrary } from "../../standin/sampleLibrary";
import { makeTransform, type PlaylistTables } from "../../transforms/transform";

const test = suite("standin/sampleLibrary");
const dayMs = 86_400_000;
const shared = sampleLibrary();

function onDay(day: number, library = shared): readonly ServedPlaylist[] {
  return library.playlistsAt(new Date(Date.parse(firstSampleDay) + day * dayMs + dayMs / 4));
}

function addedAt(entry: string): string {
  return String(JSON.parse(entry).added_at);
}

async function tablesOf({ fields, entries, contentsNames }: ServedPlaylist): Promise<PlaylistTables> {
  const own = fields.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",");
  const text = `{${own},"${contentsNames[0]}":{"items":[${entries.join(",")}]}}`;
  const chunks = (async function* () {
    yield Buffer.from(text);
  })();
  const [tables] = await makeTransform()(chunks, "sample.json");
  return tables!;
}

test("three playlists have stable ids of Spotify's form", () => {
  const first = onDay(0);
  assert.equal(
    first.map(({ entries }) => entries.length),
    [128, 34, 21],
  );
  assert.ok(first.every(({ id }) => /^[0-9A-Za-z]{22}$/.test(id) && !id.startsWith("37i9")));
  assert.equal(
    onDay(40).map(({ id }) => id),
    first.map(({ id }) => id),
  );
});

test("a day's playlists are the same at every hour", () => {
  assert.equal(onDay(5, sampleLibrary()), onDay(5, sampleLibrary()));
  const library = sampleLibrary();
  const early = library.playlistsAt(new Date("2020-01-01T00:00:00Z"));
  assert.is(early, library.playlistsAt(new Date("2026-11-01T23:59:59Z")));
  assert.is.not(early, library.playlistsAt(new Date("2026-11-02T00:00:00Z")));
});

test("a list changes every day, and its snapshot id only with it", () => {
  for (let day = 1; day <= 60; day += 1) {
    const [before, after] = [onDay(day - 1), onDay(day)];
    assert.is.not(before[0]?.snapshotId, after[0]?.snapshotId);
    after.forEach((playlist, index) => {
      const same = JSON.stringify(playlist.entries) === JSON.stringify(before[index]?.entries);
      assert.is(playlist.snapshotId === before[index]?.snapshotId, same);
      assert.is(same, day % (index + 1) !== 0);
    });
    const [had, has] = [before[0]!.entries, after[0]!.entries];
    // On the second day, a song became unavailable: its entry is another one.
    assert.is(has.filter((entry) => !had.includes(entry)).length, day === 1 ? 3 : 2);
    assert.ok(had.some((entry) => !has.includes(entry)));
    const kept = has.filter((entry) => had.includes(entry));
    assert.not.equal(
      kept,
      had.filter((entry) => has.includes(entry)),
    );
  }
});

test("additions are dated between two days' runs", () => {
  for (const day of [1, 2, 30]) {
    const known = new Set(onDay(day - 1)[0]!.entries.map(addedAt));
    const added = onDay(day)[0]!
      .entries.map(addedAt)
      .filter((time) => !known.has(time));
    const evening = new Date(Date.parse(firstSampleDay) + (day - 1) * dayMs).toISOString().slice(0, 10);
    assert.equal(
      added.map((time) => time.slice(0, 10)),
      [evening, evening],
    );
  }
});

test("lists keep their size over a year", () => {
  const sizes = onDay(365).map(({ entries }) => entries.length);
  assert.ok(
    sizes.every((size, index) => size >= 21 && size <= [150, 60, 50][index]!),
    String(sizes),
  );
});

test("every irregular kind of entry is served every day and transforms", async () => {
  for (const day of [0, 3, 90]) {
    const tables = await Promise.all(onDay(day).map(tablesOf));
    assert.equal(
      tables.map(({ itemTypes: { episode, unavailable, unreadable } }) => ({ episode, unavailable, unreadable })),
      [
        { episode: 1, unavailable: day === 0 ? 1 : 2, unreadable: 0 },
        { episode: 1, unavailable: 1, unreadable: 0 },
        { episode: 0, unavailable: 0, unreadable: 1 },
      ],
    );
    const entries = onDay(day).flatMap((playlist) => playlist.entries);
    const all = entries.join("\n");
    const marks = ['"is_local":true', '"added_at":"1970-01-01T00:00:00Z"', '"added_at":null', '"release_date":"0000"'];
    const precisions = ['_precision":"year"', '_precision":"month"', '_precision":"day"'];
    const others = [
      '"linked_from"',
      '"added_by":null',
      '"id":"","type":"user"',
      '"duration_ms":{',
      '"item":',
      '"track":{',
    ];
    for (const mark of [...marks, ...precisions, ...others]) assert.ok(all.includes(mark), mark);
    assert.equal(
      onDay(day).map(({ entries: own }) => own.length - new Set(own).size),
      [1, 0, 0],
    );
  }
});

/** A playlist's entries, with the places of those of one recording. */
function placesOf(isrc: string, { entries }: ServedPlaylist): number[] {
  return [...entries.keys()].filter((place) => entries[place]!.includes(isrc));
}

test("a song becomes unavailable, and another list has another release of it", () => {
  const [first, second] = [onDay(0), onDay(1)];
  assert.equal(
    first.map((playlist) => placesOf("XXPLK2600027", playlist)),
    [[27], [24], []],
  );
  assert.equal(
    second.map((playlist) => placesOf("XXPLK2600027", playlist)),
    [[], [24], []],
  );
  const [song] = first[0]!.entries.slice(27).map((text) => JSON.parse(text));
  const lost = second[0]!.entries.map((text) => JSON.parse(text)).find(({ added_at }) => added_at === song.added_at);
  const other = JSON.parse(first[1]!.entries[24]!);
  assert.is(lost.item, null);
  assert.is(other.track.name, song.item.name);
  assert.is.not(other.track.id, song.item.id);
  assert.is.not(other.track.album.id, song.item.album.id);
});

test("a list has one recording under two releases", () => {
  assert.equal(
    onDay(2).map((playlist) => placesOf("XXPLK2600014", playlist).length),
    [2, 0, 0],
  );
});

test("three songs that follow one another are moved at once", () => {
  const [before, after] = [onDay(1)[0]!.entries, onDay(2)[0]!.entries];
  const moved = before.slice(39, 42);
  assert.equal(after.slice(82, 85), moved);
});

test("the track that was taken down has another release in another list", () => {
  assert.equal(
    onDay(0).map((playlist) => placesOf("XXPLK2600900", playlist)),
    [[31], [], [16]],
  );
});

test("names contain every kind of difficult character", () => {
  const names = onDay(0).flatMap(({ fields, entries }) => [
    JSON.parse(fields.find(([name]) => name === "name")![1]),
    ...entries.map((entry) => JSON.parse(entry)).map((entry) => (entry.item ?? entry.track)?.name ?? ""),
  ]);
  const all = names.join("|");
  for (const mark of ['"', ",", "\\", "\n", "🌙", "🎆", "أ"]) assert.ok(all.includes(mark), mark);
});

/** The Liked Songs of a day's run. */
function likedOn(day: number) {
  const instant = new Date(Date.parse(firstSampleDay) + day * dayMs + dayMs / 4);
  return shared.likedAt!(instant).map((text) => JSON.parse(text) as { added_at: string; track: { id: string } });
}

function likedIdsOn(day: number): string[] {
  return likedOn(day).map(({ track }) => track.id);
}

test("Liked Songs are unique, and newest first", () => {
  for (const day of [0, 30, 365]) {
    const times = likedOn(day).map(({ added_at }) => added_at);
    assert.equal(times, times.toSorted().reverse());
    assert.is(new Set(likedIdsOn(day)).size, times.length);
  }
});

const likedChanges: [day: number, added: number, removed: number][] = [
  [1, 0, 0],
  [2, 2, 1],
  [3, 0, 0],
  [4, 0, 0],
  [5, 3, 0],
  [6, 0, 1],
];
for (const [day, added, removed] of likedChanges) {
  test(`Liked Songs, day ${day}: ${added} added, ${removed} removed`, () => {
    const [before, after] = [likedIdsOn(day - 1), likedIdsOn(day)];
    assert.is(after.filter((id) => !before.includes(id)).length, added);
    assert.is(before.filter((id) => !after.includes(id)).length, removed);
  });
}

test("a song is removed, and liked again three days later", () => {
  const [gone] = likedIdsOn(1).filter((id) => !likedIdsOn(2).includes(id));
  assert.equal(
    [3, 4, 5, 6].map((day) => likedIdsOn(day).indexOf(gone!)),
    [-1, -1, 2, 2],
  );
});

test("a song that is removed and liked again within a day comes to the top", () => {
  const [top] = likedIdsOn(4);
  assert.is(likedIdsOn(3).indexOf(top!), 28);
  assert.is(likedIdsOn(4).lastIndexOf(top!), 0);
});

test("some Liked Songs are in a playlist, too", () => {
  const inPlaylists = new Set(onDay(0).flatMap(({ entries }) => entries.map((text) => JSON.parse(text).item?.id)));
  assert.is(likedIdsOn(0).filter((id) => inPlaylists.has(id)).length, 6);
});

test.run();
