// A document that somebody has becomes the raw object that the extractor would have written, as far as that is known.
import { isUtf8 } from "node:buffer";
import { gunzipSync, gzipSync } from "node:zlib";
import { makeForms, type PlaylistForm } from "../../transforms/forms";
import { makeJsonReader } from "../../transforms/json";
import { memberText, objectMembers } from "../../transforms/jsonText";
import { playlistIdOfFile, rawKey, safeId } from "../../transforms/keys";
import { isRawLine, makeRawLine } from "../../transforms/rawLines";
import { refusalsOf } from "../../transforms/refusal";
import { makeTransform } from "../../transforms/transform";
import { makeValues } from "../../transforms/values";

/** A playlist's raw object in its canonical form. */
export interface CanonicalObject {
  /** As it stands in keys. */
  readonly playlistId: string;
  /** Entries in it. */
  readonly entries: number;
  /** Entries that the playlist has, as it says itself. */
  readonly totalItems: number;
  /** Gzip. */
  readonly body: Buffer;
}

/** Nothing is invented: of a document nobody knows from where and when it was had. */
const unknown = "";

const { text: textOf } = makeValues();
const rawLine = makeRawLine();
const forms = makeForms();
const json = makeJsonReader();
const transform = makeTransform();

/**
 * The raw objects of a file in any form that the transformer takes. Each gives the same rows as the file itself. Bodies go
 * in as they were, but for what the object's name can't say: an id that is no part of the document.
 * @param fileName without folder; its stem is the playlist's id where the file holds none
 * @throws the transform's refusal, one line with `code` INVALID_RAW
 */
export async function canonicalObjects(bytes: Buffer, fileName: string): Promise<CanonicalObject[]> {
  const transformed = await transform(oneChunk(bytes), fileName);
  const texts = linesOf(bytes, fileName);
  return transformed.map(({ playlistId, entries, totalItems }, i) => ({
    playlistId,
    entries,
    totalItems,
    body: gzipSync(texts[i]?.(playlistId) ?? ""),
  }));
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** Makes a playlist's raw lines, given the id that they have to come to. */
type MakeLines = (playlistId: string) => string;

/** As many as the transform finds playlists, in its order. */
function linesOf(bytes: Buffer, fileName: string): MakeLines[] {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = isGzip ? gunzipSync(bytes) : bytes;
  if (!isUtf8(plain)) throw refusalsOf(fileName)("bytes that are not UTF-8 (Latin-1?)", "UTF-8");
  // A byte order mark counts as white space here.
  const text = plain.toString("utf8").trim();
  const lines = rawLinesOf(text);
  if (lines !== undefined) return [lines];
  const document: unknown = json.parse(plain, refusalsOf(fileName));
  return forms
    .readDocument(document, refusalsOf(fileName), () => undefined)
    .map((form) => documentLines(form, document, text));
}

/** The extractor's own form is kept line by line. */
function rawLinesOf(text: string): MakeLines | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const [first = "", ...rest] = lines.map((line) => line.trim());
  if (!isRawLine(tryParse(first))) return undefined;
  return (playlistId) => [withRawId(first, playlistId), ...rest].map((line) => `${line}\n`).join("");
}

/** A raw line of a playlist without id, whose file's name was its id and the object's name can't be. */
function withRawId(line: string, playlistId: string): string {
  const body = memberText(line, "body") ?? "{}";
  const { id } = JSON.parse(body) as { id?: unknown };
  const whole = withId(body, id, playlistId);
  if (whole === body) return line;
  const others = objectMembers(line).filter(({ name }) => name !== "body");
  const members = [...others, { name: "body", text: whole }];
  return `{${members.map(({ name, text }) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
}

function documentLines(form: PlaylistForm, document: unknown, text: string): MakeLines {
  const line = (body: string) => rawLine(unknown, unknown, body);
  if (Array.isArray(document)) return (playlistId) => `${line(stub(playlistId))}${line(`{"items":${text}}`)}`;
  if (forms.page(document) !== undefined) return (playlistId) => `${line(stub(playlistId))}${line(text)}`;
  const own = form.playlist === document ? text : memberOf(document as object, form.playlist, text);
  // Items alone are no playlist's response by their looks.
  const typed = forms.isPlaylist(form.playlist) ? own : withMember(own, "type", "playlist");
  return (playlistId) => line(withId(typed, form.playlist.id, playlistId));
}

/** A playlist's own response, of which nothing is known. */
function stub(playlistId: string): string {
  return withId('{"type":"playlist"}', undefined, playlistId);
}

/** The text of a map's member. */
function memberOf(map: object, playlist: unknown, text: string): string {
  const [name] = Object.entries(map).find(([, value]) => value === playlist) ?? [""];
  return memberText(text, name) ?? "{}";
}

/** The body with an id that comes to `playlistId`, where neither it nor the object's name does. */
function withId(body: string, id: unknown, playlistId: string): string {
  const servedId = textOf(id);
  const name = rawKey("2000-01-01", playlistId).split("/").at(-1) ?? "";
  const isKnown = servedId === "" ? playlistIdOfFile(name) === playlistId : safeId(servedId) === playlistId;
  return isKnown ? body : withMember(body, "id", decodeURIComponent(playlistId));
}

/** Of members of one name the last one counts. */
function withMember(object: string, name: string, value: string): string {
  const comma = objectMembers(object).length === 0 ? "" : ",";
  return `${object.slice(0, object.lastIndexOf("}"))}${comma}${JSON.stringify(name)}:${JSON.stringify(value)}}`;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
