/** Reads files of Spotify responses for import and the stand-in, which need the JSON text unchanged. */
import { gunzipSync } from "node:zlib";
import { makeForms, type PlaylistForm } from "./forms";
import { makeJsonReader } from "./json";
import { arrayElements, memberText } from "./jsonText";
import { likedId } from "./keys";
import type { Pieces, TablesBuilder } from "./playlistTables";
import { isRawLine } from "./rawLines";
import { refusalsOf } from "./refusal";
import { makeTransform } from "./transform";

/** A playlist found in a file. All texts are JSON, character by character as in the file. */
export interface FoundPlaylist {
  /** The transform's id of the playlist: safe as part of a key. */
  readonly playlistId: string;
  /** Entries in the file. */
  readonly entries: number;
  /** Entries that the playlist has, as served; `entries` if that is not served. */
  readonly totalItems: number;
  /** `raw lines`, a `playlist`'s own response, a `page`, or an array of `entries`. */
  readonly form: "raw lines" | "playlist" | "page" | "entries";
  /** The lines of raw lines, else one text: the playlist, the page or the array. */
  readonly texts: readonly string[];
  /** The texts of the entries, in order. */
  entryTexts(): string[];
}

/** A page whose `href` names its playlist; `offset` is the position of its first entry. */
export interface PageOrigin {
  readonly playlistId: string;
  readonly offset: number;
}

const json = makeJsonReader();
const forms = makeForms();
/** Checks a file as the transform does, without building rows. */
const count = makeTransform(startCounting);

/**
 * Reads a file in any form that the transform accepts.
 * @param onSkipped gets one line for each null in place of a playlist
 * @throws the transform's refusal, one line with `code` INVALID_RAW
 */
export async function readResponses(
  bytes: Buffer,
  fileName: string,
  onSkipped: (line: string) => void = () => undefined,
): Promise<FoundPlaylist[]> {
  const counted = await count(oneChunk(bytes), fileName, { onSkipped });
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = isGzip ? gunzipSync(bytes) : bytes;
  const text = plain.toString("utf8").trim(); // removes the byte order mark, too
  const found = foundIn(text, plain, fileName);
  return counted.map(({ playlistId, entries, totalItems }, index) => ({
    playlistId,
    entries,
    totalItems,
    ...(found[index] as Pick<FoundPlaylist, "form" | "texts" | "entryTexts">),
  }));
}

/** One line if a file holds only a part of a playlist: a response has at most 100 entries. */
export function partNote(
  { playlistId, entries, totalItems }: Pick<FoundPlaylist, "playlistId" | "entries" | "totalItems">,
  file: string,
): string[] {
  if (entries >= totalItems) return [];
  return [`${file}: playlist ${playlistId}: only ${entries} of its ${totalItems} items are in the file`];
}

/** The playlist that a page's `href` names; undefined if it names none. */
export function pageOrigin(page: string): PageOrigin | undefined {
  const { href, offset } = JSON.parse(page) as { href?: unknown; offset?: unknown };
  const [, path = "", id] =
    /^https:\/\/api\.spotify\.com\/v1\/(me\/tracks|(?:users\/[^/]+\/)?playlists\/([A-Za-z0-9]+)\/(?:tracks|items))(?:\?|$)/.exec(
      typeof href === "string" ? href : "",
    ) ?? [];
  if (path === "" || !Number.isSafeInteger(offset)) return undefined;
  return { playlistId: id ?? likedId, offset: offset as number };
}

function foundIn(
  text: string,
  plain: Buffer,
  fileName: string,
): Pick<FoundPlaylist, "form" | "texts" | "entryTexts">[] {
  const end = text.indexOf("\n");
  if (isRawLine(tryParse(end === -1 ? text : text.slice(0, end)))) {
    const texts = text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    return [{ form: "raw lines", texts, entryTexts: () => rawEntries(texts) }];
  }
  const refuse = refusalsOf(fileName);
  const document = json.parse(plain, refuse);
  return forms.readDocument(document, refuse, () => undefined).map((form) => foundAt(form, document, text));
}

function foundAt({ path, playlist }: PlaylistForm, document: unknown, text: string) {
  if (path.length === 0 && Array.isArray(document)) {
    return { form: "entries" as const, texts: [text], entryTexts: () => arrayElements(text) };
  }
  const own = textAt(text, path);
  const isPage = path.length === 0 && playlist !== document;
  const form = isPage ? ("page" as const) : ("playlist" as const);
  return { form, texts: [own], entryTexts: () => contentsOf(own) ?? [] };
}

/** The text of a value within a document. Of members with the same name the last one counts. */
function textAt(text: string, [step, ...rest]: PlaylistForm["path"]): string {
  if (step === undefined) return text;
  const inner = typeof step === "number" ? arrayElements(text)[step] : memberText(text, step);
  return textAt(inner ?? "{}", rest);
}

/** Entries of a page or of a playlist that embeds them; undefined if there are none. */
function contentsOf(text: string): string[] | undefined {
  for (const name of ["items", "tracks"]) {
    const holder = memberText(text, name);
    if (holder?.startsWith("[")) return arrayElements(holder);
    const items = holder?.startsWith("{") ? memberText(holder, "items") : undefined;
    if (items?.startsWith("[")) return arrayElements(items);
  }
  return undefined;
}

/** The entries of raw lines: embedded ones, unless pages begin at 0; a closing page of liked songs is not counted. */
function rawEntries(lines: readonly string[]): string[] {
  const [opening = "{}", ...bodies] = lines.map((line) => memberText(line, "body") ?? "{}");
  const pages = bodies.flatMap((text) => {
    const page = forms.page(JSON.parse(text));
    return page === undefined ? [] : [{ offset: page.offset ?? 0, texts: contentsOf(text) ?? [] }];
  });
  const isLiked = (JSON.parse(opening) as { type?: unknown } | null)?.type === "user";
  const kept = isLiked ? pages.filter(({ offset }, index) => index === 0 || offset > 0) : pages;
  const embedded = kept[0]?.offset === 0 ? [] : (contentsOf(opening) ?? []);
  return [...embedded, ...kept.flatMap(({ texts }) => texts)];
}

/** A builder that counts entries. */
function startCounting<File extends Pieces>(playlistId: string): TablesBuilder<File> {
  let entries = 0;
  return {
    addPage: (contents) => {
      entries += contents.entries.length;
    },
    finish: ({ total }) => {
      const totalItems = total === "" || !(Number(total) >= 0) ? entries : Number(total);
      return { playlistId, entries, totalItems } as ReturnType<TablesBuilder<File>["finish"]>;
    },
  };
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** Undefined if the text is not JSON. */
export function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
