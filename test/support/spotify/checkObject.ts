/** Compares a raw object with what the stand-in sent. */
import { gunzipSync } from "node:zlib";
import * as assert from "uvu/assert";
import { arrayElements, memberText } from "../../../transforms/jsonText";
import { likedId } from "../../../transforms/keys";
import type { AnsweredRequest } from "../standin/testStandIn";

/** A line of a raw object, its body as text. */
interface Line {
  text: string;
  path: string;
  body: string;
}

/** A page of entries in a raw object: a line, or what the playlist's response embeds. */
interface Page {
  offset: number;
  total: number;
  entries: string[];
}

/** A raw object that was checked. */
export interface CheckedObject {
  /** Its pages' texts, embedded ones included. */
  pages: string[];
  entries: readonly string[];
  isConsistent: boolean;
  /** The pages are those of an earlier object. */
  isReused: boolean;
}

/** What an object is compared with. */
export interface Served {
  /** The stand-in's good answers, oldest first. */
  answers: readonly AnsweredRequest[];
  /** Each state that the playlist was ever in: its entries' texts. */
  versions: readonly (readonly string[])[];
  /** The playlist's earlier objects. */
  earlier: readonly CheckedObject[];
}

/** In a raw line, CR and LF of a body are spaces. */
const oneLine = (body: string) => body.replace(/[\r\n]/g, " ");
const parsed = (texts: readonly string[]) => texts.map((text) => JSON.parse(text) as unknown);

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
 * Compares an object with what was served. Every line is an answer character by character, or a whole part of one, in the
 * order of the answers unless the pages are an earlier object's. The pages follow one another from 0 to the total. If the
 * object's first and last response are of the same state, its entries are one state that the playlist was in.
 */
export function checkObject(
  playlistId: string,
  object: Uint8Array,
  { answers, versions, earlier }: Served,
): CheckedObject {
  const lines = linesOf(object);
  const isFresh = isSubsequence(lines, answers);
  const pages = pagesOf(playlistId, lines);
  const pageTexts = pages.map((page) => JSON.stringify(page));
  if (!isFresh) {
    checkPaths(playlistId, lines, answers);
    const isKnown = earlier.some((one) => one.isConsistent && isTail(pageTexts, one.pages));
    assert.ok(isKnown, `${playlistId}: pages that were not served`);
  }
  const entries = checkPages(playlistId, pages);
  const isConsistent = endsAsItBegan(playlistId, lines);
  if (isConsistent) {
    const text = JSON.stringify(parsed(entries));
    const isState = versions.some((version) => JSON.stringify(parsed(version)) === text);
    assert.ok(isState, `${playlistId}: ${entries.length} entries that are not one state of it`);
  }
  return { pages: pageTexts, entries, isConsistent, isReused: !isFresh };
}

function isSubsequence(lines: readonly Line[], answers: readonly AnsweredRequest[]): boolean {
  let next = 0;
  const isLastAgain = lines.length === 3 && lines[1]!.text === lines[2]!.text;
  const expected = isLastAgain ? lines.slice(0, 2) : lines;
  for (const answer of answers) {
    const line = expected[next];
    if (line !== undefined && isOf(line, answer)) next += 1;
  }
  return next === expected.length;
}

function isOf(line: Line, { url, status, body, isRight }: AnsweredRequest): boolean {
  return isRight && status === 200 && line.path === url && line.body === oneLine(body);
}

/** Each line was served: whole, as an element of the user's list, or as the embedded part of a playlist's response. */
function checkPaths(playlistId: string, lines: readonly Line[], answers: readonly AnsweredRequest[]): void {
  for (const line of lines) {
    const isServed = answers.some((answer) => {
      if (isOf(line, answer)) return true;
      if (!answer.isRight || answer.status !== 200 || answer.url !== line.path) return false;
      if (line.path.startsWith("/v1/me/playlists")) {
        return arrayElements(memberText(answer.body, "items")!).map(oneLine).includes(line.body);
      }
      const parts = ["items", "tracks"].map((name) => memberText(answer.body, name) ?? "");
      return line.path.startsWith(`/v1/playlists/${playlistId}?`) && parts.map(oneLine).includes(line.body);
    });
    assert.ok(isServed, `${playlistId}: a line that was not served: ${line.text.slice(0, 200)}`);
  }
}

/** Whether the pages are another object's, from some page on. */
function isTail(pages: readonly string[], others: readonly string[]): boolean {
  const text = JSON.stringify(pages.slice(1));
  return JSON.stringify(others.slice(1)) === text || JSON.stringify(others.slice(-pages.length + 1)) === text;
}

/** The pages in order: what line 1 embeds unless the next line is a page from 0, then the lines up to the closing one. */
function pagesOf(playlistId: string, lines: readonly Line[]): Page[] {
  const middle = lines.slice(1, -1).map(({ body }) => pageOf(body));
  if (playlistId === likedId || middle[0]?.offset === 0) return middle;
  const embedded = ["items", "tracks"]
    .map((name) => memberText(lines[0]!.body, name))
    .find((text) => text !== undefined && memberText(text, "items") !== undefined);
  return embedded === undefined ? middle : [pageOf(embedded), ...middle];
}

function pageOf(text: string): Page {
  const number = (name: string) => Number(memberText(text, name));
  return { offset: number("offset"), total: number("total"), entries: arrayElements(memberText(text, "items")!) };
}

/** Checks that the pages lead from the first to the total without gap or overlap. */
function checkPages(playlistId: string, pages: readonly Page[]): string[] {
  assert.ok(pages.length > 0, `${playlistId}: no pages`);
  let next = 0;
  for (const [index, { offset, total, entries }] of pages.entries()) {
    assert.is(offset, next, `${playlistId}: page ${index}`);
    next = offset + (index === 0 && entries.length > 50 ? entries.length : 50);
    // A total that is not a number, or below what was served, does not mark the end.
    const isTold = total >= offset + entries.length;
    if (index < pages.length - 1) assert.ok(next < total || !isTold, `${playlistId}: pages after the total`);
    else assert.ok(next >= total || !isTold || entries.length === 0, `${playlistId}: ends at ${next} of ${total}`);
  }
  return pages.flatMap(({ entries }) => entries);
}

/** Whether the first and the last response are of one state, as far as they show. */
function endsAsItBegan(playlistId: string, lines: readonly Line[]): boolean {
  if (playlistId !== likedId) {
    return memberText(lines[0]!.body, "snapshot_id") === memberText(lines.at(-1)!.body, "snapshot_id");
  }
  const pages = lines.slice(1).map(({ body }) => pageOf(body));
  const first = ({ total, entries }: Page) => JSON.stringify([total, parsed(entries)]);
  return first(pages[0]!) === first(pages.at(-1)!) && pages.every(({ total }) => total === pages[0]!.total);
}
