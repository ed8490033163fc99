/** What a raw object holds, against what the stand-in sent. */
import { gunzipSync } from "node:zlib";
import * as assert from "uvu/assert";
import type { AnsweredRequest } from "../../../standin/server";
import { arrayElements, memberText } from "../../../transforms/jsonText";

/** A line of a raw object, its body as text. */
interface Line {
  text: string;
  path: string;
  body: string;
}

/** A raw object that was checked. */
export interface CheckedObject {
  /** Texts of the lines between the first and the last. */
  pages: string[];
  isConsistent: boolean;
  /** The pages are those of an earlier object. */
  isReused: boolean;
}

/** What an object is held to. */
export interface Served {
  /** What the stand-in sent since the last look, oldest first. */
  answers: readonly AnsweredRequest[];
  /** Each state that a playlist was ever in: its entries' texts by snapshot id. */
  versions: ReadonlyMap<string, readonly string[]>;
  /** The playlist's earlier objects. */
  earlier: readonly CheckedObject[];
}

/** In a raw line, CR and LF of a body are spaces. */
const oneLine = (body: string) => body.replace(/[\r\n]/g, " ");

function linesOf(object: Uint8Array): Line[] {
  const texts = gunzipSync(object).toString().split("\n");
  assert.is(texts.pop(), "", "the last line ends with LF");
  return texts.map((text) => {
    const [, url, body] = /^\{"url":("[^"]+"),"fetchedAt":"[^"]+Z","body":(.+)\}$/.exec(text) ?? [];
    assert.ok(url !== undefined && body !== undefined, `no raw line: ${text.slice(0, 200)}`);
    const { pathname, search } = new URL(JSON.parse(url!) as string);
    return { text, path: `${pathname}${search}`, body: body! };
  });
}

/**
 * Holds an object to what was served: every line is an answer character by character, in the order in which they came;
 * the pages follow one another without gap to the total; where both snapshot ids are equal, they are one state.
 */
export function checkObject(playlistId: string, object: Uint8Array, served: Served): CheckedObject {
  const lines = linesOf(object);
  const pages = lines.slice(1, -1);
  const isFresh = isSubsequence(lines, served.answers);
  if (!isFresh) checkReused(playlistId, lines, served);
  checkPaths(playlistId, lines);
  const snapshotIds = [lines[0]!, lines.at(-1)!].map(({ body }) => memberText(body, "snapshot_id")!);
  const isConsistent = snapshotIds[0] === snapshotIds[1];
  if (isConsistent) checkState(pages, served.versions.get(JSON.parse(snapshotIds[0]!) as string)!);
  return { pages: pages.map(({ text }) => text), isConsistent, isReused: !isFresh };
}

function isSubsequence(lines: readonly Line[], answers: readonly AnsweredRequest[]): boolean {
  let next = 0;
  for (const { url, status, body } of answers) {
    const line = lines[next];
    if (line !== undefined && status === 200 && line.path === url && line.body === oneLine(body)) next += 1;
  }
  return next === lines.length;
}

/** The pages are an earlier object's; around them stands today's answer, the playlist's own or the user's list's. */
function checkReused(playlistId: string, lines: readonly Line[], { answers, earlier }: Served): void {
  const [opening, closing] = [lines[0]!, lines.at(-1)!];
  const pages = JSON.stringify(lines.slice(1, -1).map(({ text }) => text));
  const isKnown = earlier.some((one) => one.isConsistent && JSON.stringify(one.pages) === pages);
  assert.ok(isKnown, `${playlistId}: pages that were not served`);
  assert.is(opening.text, closing.text);
  const isToday = answers.some(({ url, status, body }) => {
    if (status !== 200 || url !== opening.path) return false;
    if (!url.startsWith("/v1/me/")) return oneLine(body) === opening.body;
    return arrayElements(memberText(body, "items")!).map(oneLine).includes(opening.body);
  });
  assert.ok(isToday, `${playlistId}: an opening that was not served today`);
}

/** The playlist, its pages from the first on without gap or double up to the total, the playlist. */
function checkPaths(playlistId: string, lines: readonly Line[]): void {
  const pages = lines.slice(1, -1);
  for (const { path } of [lines[0]!, lines.at(-1)!]) {
    assert.ok(path.startsWith(`/v1/playlists/${playlistId}?`) || path.startsWith("/v1/me/playlists?"), path);
  }
  for (const { path } of pages) assert.match(path, new RegExp(`^/v1/playlists/${playlistId}/(items|tracks)\\?`));
  const offsets = pages.map(({ path }) => Number(new URLSearchParams(path.split("?")[1]).get("offset")));
  const totals = pages.map(({ body }) => Number(memberText(body, "total")));
  assert.equal(
    offsets,
    pages.map((_, index) => index * 50),
    `${playlistId}: pages`,
  );
  const end = offsets.at(-1)! + 50;
  assert.ok(end >= totals.at(-1)!, `${playlistId}: ends at ${end} of ${totals.at(-1)}`);
  assert.ok(
    totals.slice(0, -1).every((total, index) => offsets[index]! + 50 < total),
    `${playlistId}: pages after the total`,
  );
}

function checkState(pages: readonly Line[], entries: readonly string[]): void {
  const read = pages.flatMap(({ body }) => arrayElements(memberText(body, "items")!));
  const parsed = (texts: readonly string[]) => texts.map((text) => JSON.parse(text) as unknown);
  assert.equal(parsed(read), parsed(entries), "one state of the playlist, whole and in order");
}
