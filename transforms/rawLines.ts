import type { LineReader } from "./bytes";
import type { Contents, Forms } from "./forms";
import type { JsonReader } from "./json";
import { likedId } from "./keys";
import type { Pieces, PlaylistTables, TablesBuilder } from "./playlistTables";
import { excerpt, type Refuse } from "./refusal";
import { type JsonObject, makeValues } from "./values";

/** One line of a raw object. */
export interface RawLine {
  /** The request's URL. */
  readonly url: string;
  /** When the response arrived, ISO 8601 in UTC. */
  readonly fetchedAt: string;
  /** The response. */
  readonly body: unknown;
}

/**
 * Makes the writer of raw lines. It inserts `body`, a response's JSON text, without parsing it: nothing that Spotify sent is
 * rounded, reordered or lost. A CR or LF in it can only be between tokens, and becomes a space. The line ends with one LF.
 */
export function makeRawLine(): (url: string, fetchedAt: string, body: string) => string {
  const { stringify } = JSON;
  return (url, fetchedAt, body) =>
    `{"url":${stringify(url)},"fetchedAt":${stringify(fetchedAt)},"body":${body.replace(/[\r\n]/g, " ")}}\n`;
}

/** Whether a parsed value is a raw line, whatever its body is. */
export function isRawLine(value: unknown): value is RawLine {
  return typeof value === "object" && value !== null && "body" in value && ("url" in value || "fetchedAt" in value);
}

/** A file of raw lines whose first line has been read. */
interface RawLines<File extends Pieces> {
  readonly first: RawLine;
  readonly rest: LineReader;
  /** Begins the tables of the playlist, given its id as served; empty if it has none. */
  startTables(servedId: string): TablesBuilder<File>;
  readonly refuse: Refuse;
}

/** A raw line after the first. */
interface ReadLine {
  line: RawLine;
  /** Its entries; `undefined` if it is not a page. */
  page: Contents | undefined;
  /** `in line 3` */
  where: string;
}

/** Reads raw lines, the extractor's own form. */
type ReadRawLines = <File extends Pieces>(raw: RawLines<File>) => Promise<PlaylistTables<File>>;

/** Makes the reader of the extractor's own form. It holds one page in memory at a time. */
export function makeReadRawLines(forms: Forms, json: JsonReader): ReadRawLines {
  const { text, isObject, object, trackKey } = makeValues();
  const noContents: Contents = { entries: [], offset: 0, total: "" };

  /** Whatever line the scanner cannot read is parsed as a whole: an error is about what was served. */
  function readLine(bytes: Buffer, { scan }: TablesBuilder<Pieces>, where: string, refuse: Refuse): ReadLine {
    const scanned = scan?.(bytes);
    if (scanned != null) {
      const line = json.parse(scanned.rest, refuse);
      const page = isRawLine(line) ? forms.page(line.body) : void 0;
      if (page != null) return { line: line as RawLine, page: scannedPage(page, scanned.count, bytes, refuse), where };
    }
    const line = json.parseOrRefuse(bytes, ` ${where}`, refuse);
    if (!isRawLine(line)) throw refuse(`${forms.describe(line)} ${where}`, 'a raw line {"url", "fetchedAt", "body"}');
    return { line, page: forms.page(line.body), where };
  }

  function scannedPage({ offset, total }: Contents, count: number, bytes: Buffer, refuse: Refuse): Contents {
    let entries: readonly unknown[] | null = null;
    return {
      offset,
      total,
      scanned: { count, parse: (list) => json.parse(list, refuse) as unknown[] },
      get entries() {
        entries ??= (forms.page((json.parse(bytes, refuse) as RawLine).body) ?? noContents).entries;
        return entries;
      },
    };
  }

  async function* readLines<File extends Pieces>(rest: LineReader, tables: TablesBuilder<File>, refuse: Refuse) {
    for (let bytes = await rest.readLine(); bytes != null; bytes = await rest.readLine()) {
      yield readLine(bytes, tables, `in line ${rest.lineNumber()}`, refuse);
    }
  }

  /** "true" if one response holds the whole playlist, and so is consistent by itself; else empty: not known. */
  function isWhole(line: RawLine, { entries, total }: Contents): string {
    return text(line.url) !== "" && total !== "" && Number(total) <= entries.length ? "true" : "";
  }

  function asClosing(body: unknown, opening: JsonObject, where: string, refuse: Refuse): JsonObject {
    if (!forms.isPlaylist(body)) throw refuse(`${forms.describe(body)} ${where}`, "a page or the playlist once more");
    if (text(body.id) === text(opening.id)) return body;
    throw refuse(`playlist ${excerpt(text(body.id))} ${where}`, `playlist ${excerpt(text(opening.id))} once more`);
  }

  /** Whether the playlist stayed the same between its two responses; empty if that is not known. */
  function sameSnapshot(opening: JsonObject, closing: JsonObject): string {
    const before = text(opening.snapshot_id);
    const after = text(closing.snapshot_id);
    if (before === "" || after === "") return "";
    return before === after ? "true" : "false";
  }

  async function readPlaylist<File extends Pieces>(
    playlist: JsonObject,
    { first, rest, startTables, refuse }: RawLines<File>,
  ): Promise<PlaylistTables<File>> {
    const tables = startTables(text(playlist.id));
    const extractedAt = text(first.fetchedAt);
    let embedded: Contents | null = forms.embedded(playlist) ?? noContents;
    let itemsFetchedAt = extractedAt;
    let total = forms.total(playlist);
    let isConsistent = isWhole(first, { ...embedded, total });
    let closing: JsonObject | null = null;

    for await (const { line, page, where } of readLines(rest, tables, refuse)) {
      if (closing !== null) throw refuse(`more ${where}`, "nothing after the closing response");
      if (page == null) {
        closing = asClosing(line.body, playlist, where, refuse);
        isConsistent = sameSnapshot(playlist, closing);
        continue;
      }
      isConsistent = "";
      // In objects of the earlier form the pages begin at 0, and hold the embedded entries, too.
      if (embedded !== null && (page.offset ?? 0) > 0) tables.addPage(embedded);
      embedded = null;
      tables.addPage(page);
      itemsFetchedAt = text(line.fetchedAt);
      if (total === "") total = page.total;
    }

    if (embedded !== null) tables.addPage(embedded);
    return tables.finish({ playlist, total, extractedAt, itemsFetchedAt, isConsistent });
  }

  /** Equal marks of two first pages mean equal lists: a new song comes first, and a removed one lowers the total. */
  function likedMark({ entries, total }: Contents): string {
    const marks = entries.map((entry) => {
      const { added_at, track, item } = object(entry);
      return [text(added_at), trackKey(object(item ?? track))];
    });
    return JSON.stringify([total, marks]);
  }

  async function readLiked<File extends Pieces>(
    user: JsonObject,
    { first, rest, startTables, refuse }: RawLines<File>,
  ): Promise<PlaylistTables<File>> {
    const tables = startTables(likedId);
    const playlist = { name: "Liked Songs", owner: user };
    const extractedAt = text(first.fetchedAt);
    let itemsFetchedAt = extractedAt;
    let total = "";
    let firstMark: string | null = null;
    let isConsistent = "";
    let isClosed = false;

    for await (const { line, page, where } of readLines(rest, tables, refuse)) {
      if (isClosed) throw refuse(`more ${where}`, "nothing after the closing page");
      if (page == null) throw refuse(`${forms.describe(line.body)} ${where}`, "a page of liked songs");
      if (firstMark === null) {
        firstMark = likedMark(page);
        total = page.total;
        isConsistent = isWhole(line, page);
      } else if (page.offset === 0) {
        isClosed = true;
        isConsistent = likedMark(page) === firstMark ? "true" : "false";
        continue;
      } else {
        isConsistent = "";
      }
      tables.addPage(page);
      itemsFetchedAt = text(line.fetchedAt);
    }

    return tables.finish({ playlist, total, extractedAt, itemsFetchedAt, isConsistent });
  }

  return async function readRawLines(raw) {
    const { body } = raw.first;
    if (isObject(body) && body.type === "user") return readLiked(body, raw);
    if (forms.isPlaylist(body)) return readPlaylist(body, raw);
    throw raw.refuse(`${forms.describe(body)} in line 1`, "the playlist's own response, or the user's for liked songs");
  };
}
