import type { LineReader } from "./bytes";
import type { Contents, Forms } from "./forms";
import type { JsonReader } from "./json";
import { makeCutMarkets } from "./markets";
import type { Pieces, PlaylistTables, TablesBuilder } from "./playlistTables";
import { isRawLine, type RawLine } from "./rawLine";
import { excerpt, type Refuse } from "./refusal";
import { type JsonObject, makeValues } from "./values";

/** A file of raw lines, of which the first has been read. */
export interface RawLines<File extends Pieces> {
  readonly first: RawLine;
  readonly rest: LineReader;
  /** Begins the tables of the playlist; its id as served, empty where it has none. */
  startTables(servedId: string): TablesBuilder<File>;
  readonly refuse: Refuse;
}

/** A raw line that was read. */
interface ReadLine {
  line: RawLine;
  /** `in line 3` */
  where: string;
  /** Reads it once more, with the lists of markets that `line` lacks; undefined where it lacks none. */
  readWhole: (() => RawLine) | undefined;
}

/** Reads the extractor's own form. */
export type ReadRawLines = <File extends Pieces>(raw: RawLines<File>) => Promise<PlaylistTables<File>>;

/** Makes the reader of the extractor's own form. It goes page by page: no more than a page is in memory at a time. */
export function makeReadRawLines(forms: Forms, json: JsonReader): ReadRawLines {
  const { text } = makeValues();
  const cutMarkets = makeCutMarkets();
  const noContents: Contents = { entries: [], offset: 0, total: "" };

  function parseLine(bytes: Buffer, cut: Buffer, where: string, refuse: Refuse): unknown {
    if (cut !== bytes) {
      try {
        return json.parse(cut, refuse);
      } catch {
        // What is wrong with it is said of the line as it came.
      }
    }
    return json.parseOrRefuse(bytes, ` ${where}`, refuse);
  }

  async function* readLines(rest: LineReader, refuse: Refuse): AsyncGenerator<ReadLine> {
    let lineNumber = 1;
    // Looking for lists costs time, too: what one line has none of, the ones after it have none of either.
    let hasMarkets = true;
    for (let bytes = await rest.readLine(); bytes != null; bytes = await rest.readLine()) {
      const served = bytes;
      const where = `in line ${++lineNumber}`;
      const cut: Buffer = hasMarkets ? cutMarkets(served) : served;
      hasMarkets = cut !== served;
      const line = parseLine(served, cut, where, refuse);
      if (line === undefined) continue;
      if (!isRawLine(line)) throw refuse(`${forms.describe(line)} ${where}`, 'a raw line {"url", "fetchedAt", "body"}');
      yield { line, where, readWhole: hasMarkets ? () => json.parse(served, refuse) as RawLine : void 0 };
    }
  }

  /** The entries of a line's page with all that was served. They are asked for seldom, so the line is parsed once more. */
  function entriesOf(readWhole: () => RawLine): () => readonly unknown[] {
    let entries: readonly unknown[] | null = null;
    return () => {
      entries ??= (forms.page(readWhole().body) ?? noContents).entries;
      return entries;
    };
  }

  function asOpening(body: unknown, refuse: Refuse): JsonObject {
    if (forms.isPlaylist(body)) return body;
    throw refuse(`${forms.describe(body)} in line 1`, "the playlist's own response");
  }

  function asClosing(body: unknown, opening: JsonObject, where: string, refuse: Refuse): JsonObject {
    if (!forms.isPlaylist(body)) throw refuse(`${forms.describe(body)} ${where}`, "a page or the playlist once more");
    if (text(body.id) === text(opening.id)) return body;
    throw refuse(`playlist ${excerpt(text(body.id))} ${where}`, `playlist ${excerpt(text(opening.id))} once more`);
  }

  /** Whether nothing in the playlist changed between its two responses; empty where that can't be told. */
  function consistency(opening: JsonObject, closing: JsonObject | null): string {
    const before = text(opening.snapshot_id);
    const after = text(closing?.snapshot_id);
    if (before === "" || after === "") return "";
    return before === after ? "true" : "false";
  }

  return async function readRawLines(raw) {
    const { first, refuse } = raw;
    const playlist = asOpening(first.body, refuse);
    const tables = raw.startTables(text(playlist.id));
    const extractedAt = text(first.fetchedAt);
    let itemsFetchedAt = extractedAt;
    let total = forms.total(playlist);
    let hasPages = false;
    let closing: JsonObject | null = null;

    for await (const { line, where, readWhole } of readLines(raw.rest, refuse)) {
      if (closing !== null) throw refuse(`more ${where}`, "nothing after the closing response");
      const page = forms.page(line.body);
      if (page == null) {
        closing = asClosing(line.body, playlist, where, refuse);
        continue;
      }
      if (readWhole == null) tables.addPage(page);
      else tables.addPage(page, entriesOf(readWhole));
      hasPages = true;
      itemsFetchedAt = text(line.fetchedAt);
      if (total === "") total = page.total;
    }

    // What the playlist's response embeds are the first entries of its pages: they count only where there are no pages.
    if (!hasPages) tables.addPage(forms.embedded(playlist) ?? noContents);
    return tables.finish({
      playlist,
      total,
      extractedAt,
      itemsFetchedAt,
      isConsistent: consistency(playlist, closing),
    });
  };
}
