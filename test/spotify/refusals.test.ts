import { suite } from "uvu";
import * as assert from "uvu/assert";
import { playlistRefused, userRefused } from "../../spotify/refusals";
import { title } from "../support/title";

const test = suite("spotify/refusals");

const idA = "AAAAAAAAAAAAAAAAAAAAAA";
const spotifys = "37i9dQZF1DXcBWIGoYBM5M";
const app = { message: "Odd", asUser: false, market: undefined };
const user = { ...app, asUser: true };
const playlist = undefined;
const appsSince =
  "Apps created since 2026-02-11 read contents only of playlists that their user owns or collaborates on";
const premium = "Active premium subscription required for the owner of the app.";

const unavailable: [
  what: string,
  id: string,
  offset: number | undefined,
  refusal: typeof app & { status: number },
  cause: string,
][] = [
  [
    "one of Spotify's own playlists",
    spotifys,
    playlist,
    { ...app, status: 404 },
    "Spotify-owned playlists are closed to apps like yours since 2024-11-27.",
  ],
  [
    "a playlist, without a user",
    idA,
    playlist,
    { ...app, status: 404 },
    "It was deleted, or it is private: then its owner must consent (run npx playlake login).",
  ],
  [
    "a playlist, as a user",
    idA,
    playlist,
    { ...user, status: 404 },
    "It was deleted, or it is private and someone else's.",
  ],
  ["a playlist with 403", idA, playlist, { ...user, status: 403 }, `${appsSince}.`],
  [
    "the first page, without a user",
    idA,
    0,
    { ...app, status: 403 },
    `${appsSince}; they need the user's consent (run npx playlake login).`,
  ],
  ["the first page, as a user", idA, 0, { ...user, status: 403 }, `${appsSince}.`],
  ["the first page with 404", idA, 0, { ...user, status: 404 }, `${appsSince}.`],
];
for (const [what, id, offset, refusal, cause] of unavailable) {
  test(`unavailable: ${what}`, () => {
    const { status } = refusal;
    const error = playlistRefused(id, offset, refusal);
    assert.is(error.message, `playlist ${id}: ${status}. ${cause}`);
    assert.equal({ ...error }, { code: "UNAVAILABLE", reason: `${status}. ${cause}`, playlistId: id, status, cause });
  });
}

const failed: [what: string, offset: number | undefined, refusal: typeof app & { status: number }, message: string][] =
  [
    ["a 400", playlist, { ...app, status: 400 }, `playlist ${idA}: status 400. Spotify says: Odd`],
    [
      "a 451 without a message",
      playlist,
      { ...app, message: "", status: 451 },
      `playlist ${idA}: status 451. Spotify gives no reason`,
    ],
    ["a page's 400", 50, { ...app, status: 400 }, `playlist ${idA}, entries from 50: status 400. Spotify says: Odd`],
    [
      "a later page's 404",
      50,
      { ...app, status: 404 },
      `playlist ${idA}: 404 for its entries from 50: deleted or closed while it was read, or not served in full`,
    ],
    [
      "a later page's 403",
      50,
      { ...app, status: 403 },
      `playlist ${idA}: 403 for its entries from 50: deleted or closed while it was read, or not served in full`,
    ],
    [
      "a 404 after embedded entries",
      100,
      { ...app, status: 404 },
      `playlist ${idA}: 404 for its entries from 100: deleted or closed while it was read, or not served in full`,
    ],
  ];
for (const [what, offset, refusal, message] of failed) {
  test(`a failed try: ${what}`, () => {
    const error = playlistRefused(idA, offset, refusal);
    assert.equal([(error as { code?: string }).code, error.message], ["UNEXPECTED", message]);
  });
}

const ofTheApp: [status: number, message: string, code: string][] = [
  [403, premium, "APP_REFUSED"],
  [403, "User not registered in the Developer Dashboard", "APP_REFUSED"],
  [400, "Invalid market code", "APP_REFUSED"],
  [403, "Forbidden", "UNAVAILABLE"],
  [404, "premium subscription", "UNAVAILABLE"],
];
for (const [status, message, code] of ofTheApp) {
  test(title(`${code}: ${status} ${JSON.stringify(message)}`), () => {
    const error = playlistRefused(idA, playlist, { ...app, status, message });
    assert.is((error as { code?: string }).code, code);
  });
}

const ofTheUser: [what: "me" | "liked", status: number, message: string, code: string, text: string][] = [
  [
    "me",
    403,
    "Insufficient client scope",
    "NO_CONSENT",
    "me: Spotify refuses the user's list (403 Insufficient client scope), run npx playlake login",
  ],
  [
    "liked",
    403,
    "Insufficient client scope",
    "NO_CONSENT",
    "liked: Spotify refuses the user's Liked Songs (403 Insufficient client scope), run npx playlake login",
  ],
  ["liked", 404, "No", "UNEXPECTED", "liked: status 404. Spotify says: No"],
  ["me", 403, premium, "APP_REFUSED", `me: Spotify refuses the app: ${premium}`],
];
for (const [what, status, message, code, text] of ofTheUser) {
  test(title(`${code}: ${what} with ${status} ${message}`), () => {
    const error = userRefused(what, { ...user, status, message });
    assert.equal([(error as { code?: string }).code, error.message], [code, text]);
  });
}

test.run();
