import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Received } from "../../spotify/requester";
import type { Session } from "../../spotify/session";
import { type Edit, makePlaylistWriter } from "../../spotify/writePlaylist";
import { rejection } from "../support/spotify/world";

const test = suite("spotify/writePlaylist");

/** A writer whose requests get these answers, one after the other. */
function writerWith(...answers: [status: number, json: unknown][]) {
  const requests: { method: string; url: string; body: unknown; mayRepeat: boolean }[] = [];
  const authorized: Session["authorized"] = async ({ method = "GET", url, body = "null", mayRepeat = true }) => {
    requests.push({ method, url, body: JSON.parse(body), mayRepeat });
    const [status, json] = answers.shift() ?? [500, undefined];
    return { status, json, text: JSON.stringify(json), fetchedAt: "2026-11-22T06:00:00.000Z" } satisfies Received;
  };
  const messageOf = ({ json }: Received) => (json as { error?: { message: string } }).error?.message ?? "";
  const session = { apiUrl: "https://api", authorized, messageOf } as Partial<Session> as Session;
  return { writer: makePlaylistWriter(session), requests };
}

const done: [number, unknown] = [200, { snapshot_id: "after" }];
const refusal = (status: number, message: string): [number, unknown] => [status, { error: { status, message } }];

const edits: [Edit, method: string, body: unknown][] = [
  [{ kind: "add", uris: ["a", "b"], position: 3 }, "POST", { uris: ["a", "b"], position: 3 }],
  [{ kind: "remove", uris: ["a", "b"] }, "DELETE", { items: [{ uri: "a" }, { uri: "b" }], snapshot_id: "before" }],
  [
    { kind: "move", start: 1, length: 2, before: 7 },
    "PUT",
    { range_start: 1, range_length: 2, insert_before: 7, snapshot_id: "before" },
  ],
];

for (const [edit, method, body] of edits) {
  test(`${edit.kind} is one request, which is not repeated by itself`, async () => {
    const { writer, requests } = writerWith(done);
    assert.is(await writer.edit("ID", edit, "before"), "after");
    assert.equal(requests, [{ method, url: "https://api/playlists/ID/items", body, mayRepeat: false }]);
  });
}

test("the endpoint that serves the app is remembered", async () => {
  const { writer, requests } = writerWith(refusal(404, "Service not found"), done, done);
  await writer.edit("ID", { kind: "remove", uris: ["a"] }, undefined);
  await writer.edit("ID", { kind: "remove", uris: ["b"] }, undefined);
  assert.equal(
    requests.map(({ url, body }) => [url.split("/").at(-1), body]),
    [
      ["items", { items: [{ uri: "a" }] }],
      ["tracks", { tracks: [{ uri: "a" }] }],
      ["tracks", { tracks: [{ uri: "b" }] }],
    ],
  );
});

test("a refusal has its status and the first endpoint's reason", async () => {
  const { writer } = writerWith(refusal(403, "You cannot"), refusal(404, "Service not found"));
  const error = await rejection(writer.edit("ID", { kind: "add", uris: ["a"], position: 0 }, undefined));
  assert.is(error.message, "add in playlist ID: Spotify refuses it (403 You cannot)");
  assert.equal([error.code, error.status], ["REFUSED", 403]);
});

test("a new playlist is private, and its id is the answer's", async () => {
  const { writer, requests } = writerWith([201, { id: "NEW", type: "playlist" }]);
  assert.is(await writer.create({ name: "Name", description: "Text" }), "NEW");
  const body = { name: "Name", description: "Text", public: false, collaborative: false };
  assert.equal(requests, [{ method: "POST", url: "https://api/me/playlists", body, mayRepeat: false }]);
});

test("a new playlist that is refused names itself and the reason", async () => {
  const { writer } = writerWith(refusal(403, "Insufficient client scope"));
  const error = await rejection(writer.create({ name: "Name", description: "" }));
  assert.is(error.message, 'the new playlist "Name": Spotify refuses it (403 Insufficient client scope)');
});

test.run();
