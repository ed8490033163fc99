import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeDigestHandler } from "../../../components/callbacks/digestHandler";
import type { DigestRow, DigestState } from "../../../queries/digest";
import type { DigestText } from "../../../queries/digestText";
import { errorOf } from "../../support/components/testPrograms";

const test = suite("components/callbacks/digestHandler");

/** A lake of playlists in which one song comes each stored day, and what the digests did. */
interface World {
  /** The instant of the next digest. */
  today: string;
  /** The stored days by playlist. */
  days: Record<string, string[]>;
  asked: string[];
  sent: DigestText[];
  state: DigestState | undefined;
  failing?: "ask" | "publish" | "writeState" | undefined;
}

const newWorld = (days: World["days"], today: string): World => ({
  today,
  days,
  asked: [],
  sent: [],
  state: undefined,
});

/** What the named query finds: the first of a playlist's days from a day on is compared with nothing. */
function rowsOf({ days }: World, since: string): DigestRow[] {
  const unknown = { item_type: "track", first_artist_or_show: null, other_release: null, other_album: null };
  return Object.entries(days).flatMap(([id, all]): DigestRow[] => {
    const [first, ...later] = all.filter((day) => day >= since).sort();
    if (first === undefined) return [];
    const last_date = later.at(-1) ?? first;
    const list = { ...unknown, playlist: id, playlist_id: id, last_date };
    if (later.length === 0) return [{ ...list, change: null, snapshot_date: null, name: null, item_key: null }];
    return later.map((day) => ({
      ...list,
      change: "came",
      snapshot_date: day,
      name: `${id} on ${day}`,
      item_key: day,
    }));
  });
}

function digest(world: World) {
  const fail = (what: World["failing"]) => {
    if (world.failing === what) throw new Error(`${what} failed`);
  };
  return makeDigestHandler({
    ask: async (since) => {
      fail("ask");
      world.asked.push(since);
      return rowsOf(world, since);
    },
    readState: async () => world.state,
    writeState: async (state) => {
      fail("writeState");
      world.state = state;
    },
    publish: async (text) => {
      fail("publish");
      world.sent.push(text);
    },
    now: () => Date.parse(`${world.today}T09:00:00Z`),
    log: () => undefined,
  })();
}

/** The songs that the messages name, in order. */
function songsOf({ sent }: World): string[] {
  return sent.flatMap(({ body }) => [...body.matchAll(/\+ (\w+ on [\d-]+)/g)].map(([, song = ""]) => song));
}

test("changes are sent once, and without a change nothing is sent", async () => {
  const world = newWorld({ a: ["2026-11-01", "2026-11-02"], b: ["2026-11-02"] }, "2026-11-02");

  assert.equal(await digest(world), { since: "2026-10-26", changes: 1 });
  assert.equal(await digest(world), { since: "2026-11-02", changes: 0 });
  world.days.b?.push("2026-11-03");
  world.today = "2026-11-09";
  assert.equal(await digest(world), { since: "2026-11-02", changes: 1 });

  assert.equal(songsOf(world), ["a on 2026-11-02", "b on 2026-11-03"]);
  assert.equal(world.state, { playlists: { a: "2026-11-02", b: "2026-11-03" } });
});

test("a playlist that is stored after the digest is in the next one", async () => {
  const world = newWorld({ a: ["2026-11-01", "2026-11-02"], late: ["2026-11-01"] }, "2026-11-02");
  await digest(world);
  world.days.late?.push("2026-11-02");
  await digest(world);
  assert.equal(songsOf(world), ["a on 2026-11-02", "late on 2026-11-02"]);
});

test("nothing is covered before it is sent", async () => {
  for (const failing of ["ask", "publish", "writeState"] as const) {
    const world = newWorld({ a: ["2026-11-01", "2026-11-02"] }, "2026-11-02");
    world.failing = failing;
    assert.is(await errorOf(digest(world)), `${failing} failed`);
    assert.is(world.state, undefined);
    world.failing = undefined;
    await digest(world);
    const times = failing === "writeState" ? 2 : 1;
    assert.equal(songsOf(world), Array(times).fill("a on 2026-11-02"));
  }
});

test("a playlist that was away for more than a month starts anew", async () => {
  const cases: [away: string, songs: string[]][] = [
    ["2026-02-01", ["b on 2026-02-01", "away on 2026-02-02"]],
    ["2026-02-02", ["b on 2026-02-02"]],
  ];
  for (const [day, songs] of cases) {
    const world = newWorld({ away: ["2026-01-01"], b: ["2026-01-01"] }, "2026-01-01");
    await digest(world);
    world.days.b?.push(day);
    await digest(world);
    world.days.away?.push("2026-02-02");
    await digest(world);
    assert.equal(songsOf(world), songs);
  }
});

const firstDay = Date.UTC(2026, 0, 1);
const dayOf = (n: number) => new Date(firstDay + n * 86_400_000).toISOString().slice(0, 10);

test("each change is sent once, despite late days and failed or repeated digests", async () => {
  const plan = fc.array(
    fc.record({
      stored: fc.subarray(["a", "b", "c"]),
      /** Playlists of the day that are stored after the day's digest. */
      late: fc.subarray(["a", "b", "c"]),
      digests: fc.array(fc.constantFrom(undefined, "ask" as const, "publish" as const), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(plan, async (days) => {
      const world = newWorld({ a: [dayOf(0)], b: [dayOf(0)], c: [dayOf(0)] }, dayOf(0));
      await digest(world);
      const wanted: string[] = [];
      for (const [i, { stored, late, digests }] of days.entries()) {
        world.today = dayOf(i + 1);
        const store = (ids: string[]) => {
          for (const id of ids) world.days[id]?.push(world.today);
          wanted.push(...ids.map((id) => `${id} on ${world.today}`));
        };
        store(stored.filter((id) => !late.includes(id)));
        for (const failing of digests) {
          world.failing = failing;
          await digest(world).catch(() => undefined);
        }
        store(stored.filter((id) => late.includes(id)));
      }
      world.failing = undefined;
      await digest(world);
      assert.equal(songsOf(world).sort(), wanted.sort());
    }),
    { numRuns: 100 },
  );
});

test.run();
