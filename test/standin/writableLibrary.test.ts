import { suite } from "uvu";
import * as assert from "uvu/assert";
import { idFrom } from "../../standin/library";
import { sampleLibrary } from "../../standin/sampleLibrary";
import { writableLibrary } from "../../standin/writableLibrary";
import { urisOf } from "../support/operations/restoreWorld";
import { type Lateness, lateLibrary } from "../support/standin/lateLibrary";
import { createTestStandIn } from "../support/standin/testStandIn";

const test = suite("standin/writableLibrary");

const noon = "2026-11-03T12:00:00Z";
const nightId = idFrom('Night "Shift" Radio');
const scopes = "playlist-modify-private playlist-modify-public";

/** A stand-in with the samples, and requests to it as their user. */
async function withStandIn(
  work: (tools: {
    ask: (method: string, path: string, body?: unknown) => Promise<{ status: number; json: Record<string, unknown> }>;
    library: ReturnType<typeof writableLibrary>;
    uris: () => string[];
    setNow: (instant: string) => void;
  }) => Promise<void>,
  { scope = scopes, lateness }: { scope?: string; lateness?: () => Lateness } = {},
): Promise<void> {
  let now = noon;
  const clock = { now: () => new Date(now) };
  const punctual = writableLibrary(sampleLibrary(), { clock });
  const library = lateness === undefined ? punctual : lateLibrary(punctual, clock, lateness);
  const standIn = createTestStandIn({ library, clock, refreshTokens: [{ refreshToken: "given", scope }] });
  const { apiUrl, accountsUrl } = await standIn.listen();
  const answer = await fetch(`${accountsUrl}/api/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from("playlake-stand-in:stand-in-secret").toString("base64")}` },
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: "given" }),
  });
  const { access_token } = (await answer.json()) as { access_token: string };
  try {
    await work({
      library,
      uris: () => urisOf(library.current(nightId)),
      setNow: (instant) => {
        now = instant;
      },
      async ask(method, path, body) {
        const response = await fetch(`${apiUrl}${path}`, {
          method,
          headers: { authorization: `Bearer ${access_token}` },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return { status: response.status, json: (await response.json()) as Record<string, unknown> };
      },
    });
  } finally {
    await standIn.close();
  }
}

test("entries are added at a position, moved and removed", () =>
  withStandIn(async ({ ask, uris }) => {
    const [first, second, ...rest] = uris();
    const path = `/playlists/${nightId}/items`;

    const added = await ask("POST", path, { uris: [second], position: 0 });
    assert.is(added.status, 201);
    assert.equal(uris(), [second, first, second, ...rest]);
    const snapshot_id = added.json.snapshot_id;
    const moved = await ask("PUT", path, { range_start: 0, range_length: 2, insert_before: 3, snapshot_id });
    assert.is(moved.status, 200);
    assert.equal(uris(), [second, second, first, ...rest]);
    assert.is((await ask("DELETE", path, { items: [{ uri: second }] })).status, 200);
    assert.equal(uris(), [first, ...rest]);
    const tracks = [{ uri: rest.at(-1) }];
    assert.is((await ask("DELETE", `/playlists/${nightId}/tracks`, { tracks })).status, 200);
    assert.equal(uris(), [first, ...rest.slice(0, -1)]);
  }));

test("a refused write changes nothing", () =>
  withStandIn(async ({ ask, uris }) => {
    const before = uris();
    const path = `/playlists/${nightId}/items`;
    const [track] = before;
    const refusals: [method: string, path: string, body: unknown, status: number, message: string][] = [
      ["POST", path, { uris: Array(101).fill(track) }, 400, "Cannot add more than 100 tracks at a time."],
      ["POST", path, { uris: [track], position: 99 }, 400, "Index out of bounds."],
      ["POST", path, { uris: ["spotify:local:a"] }, 400, "Invalid track uri: spotify:local:a"],
      ["POST", path, { uris: ["spotify:track:none"] }, 400, "Invalid track uri: spotify:track:none"],
      ["DELETE", path, { items: [{ uri: track }], snapshot_id: "x" }, 400, "The snapshot is not the current one."],
      ["PUT", path, { range_start: 99, insert_before: 0 }, 400, "Index out of bounds."],
      ["PUT", path, {}, 400, "Error parsing JSON."],
      ["POST", `/playlists/${idFrom("none")}/items`, { uris: [track] }, 404, "Resource not found"],
      ["POST", "/me/playlists", {}, 400, "Missing required field: name"],
      ["PATCH", "/me", {}, 404, "Service not found"],
    ];
    for (const [method, asked, body, status, message] of refusals) {
      const answer = await ask(method, asked, body);
      assert.equal(answer, { status, json: { error: { status, message } } }, `${method} ${asked}`);
    }
    assert.equal(uris(), before);
  }));

test("reads serve a write late, its snapshot id later, and list a new playlist late", () =>
  withStandIn(
    async ({ ask, uris, setNow }) => {
      const read = async () => {
        const { json } = await ask("GET", `/playlists/${nightId}`);
        return [(json.tracks as { total: number }).total, json.snapshot_id];
      };
      const [total, oldId] = (await read()) as [number, string];
      const path = `/playlists/${nightId}/items`;
      const newId = (await ask("POST", path, { uris: [uris()[0]] })).json.snapshot_id;
      const made = await ask("POST", "/me/playlists", { name: "New", public: false, description: "d" });
      assert.is(made.status, 201);
      const listed = async () =>
        ((await ask("GET", "/me/playlists")).json.items as ({ id: string } | null)[]).some(
          (one) => one?.id === made.json.id,
        );

      assert.equal([await read(), await listed()], [[total, oldId], false]);
      setNow("2026-11-03T12:00:05Z");
      assert.equal([await read(), await listed()], [[total + 1, oldId], true]);
      setNow("2026-11-03T12:00:30Z");
      assert.equal(await read(), [total + 1, newId]);
    },
    { lateness: () => ({ contentsMs: 5_000, snapshotIdMs: 30_000 }) },
  ));

test("a write needs the user's consent to it", () =>
  withStandIn(
    async ({ ask, uris }) => {
      const refused = { status: 403, json: { error: { status: 403, message: "Insufficient client scope" } } };
      assert.equal(await ask("POST", `/playlists/${nightId}/items`, { uris: [uris()[0]] }), refused);
      assert.equal(await ask("POST", "/me/playlists", { name: "Public by default" }), refused);
      assert.is((await ask("POST", "/me/playlists", { name: "Private", public: false })).status, 201);
    },
    { scope: "playlist-modify-private" },
  ));

test.run();
