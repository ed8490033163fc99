import type { LineReader } from "./bytes";
import type { Contents, Forms } from "./forms";
import type { JsonReader } from "./json";
import type { PlaylistTables, TablesBuilder } from "./playlistTables";
import { isRawLine, type RawLine } from "./rawLine";
import { excerpt, type Refuse } from "./refusal";
import { type JsonObject, makeValues } from "./values";

/** A file of raw lines, of which the first has been read. */
export interface RawLines {
  readonly first: RawLine;
  readonly rest: LineReader;
  /** Begins the tables of the playlist; its id as served, empty where it has none. */
  startTables(servedId: string): TablesBuilder;
  readonly refuse: Refuse;
}

/** Makes the reader of the extractor's own form. It goes page by page: no more than a page is in memory at a time. */
export function makeReadRawLines(forms: Forms, json: JsonReader): (raw: RawLines) => Promise<PlaylistTables> {
  const { text } = makeValues();
  const noContents: Contents = { entries: [], offset: 0, total: "" };

  async function* readLines({ rest, refuse }: RawLines): AsyncGenerator<{ line: RawLine; where: string }> {
    let lineNumber = 1;
    for (let bytes = await rest.readLine(); bytes != null; bytes = await rest.readLine()) {
      const where = `in line ${++lineNumber}`;
      const line = json.parseOrRefuse(bytes, ` ${where}`, refuse);
      if (line === undefined) continue;
      if (!isRawLine(line)) throw refuse(`${forms.describe(line)} ${where}`, 'a raw line {"url", "fetchedAt", "body"}');
      yield { line, where };
    }
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

    for await (const { line, where } of readLines(raw)) {
      if (closing !== null) throw refuse(`more ${where}`, "nothing after the closing response");
      const page = forms.page(line.body);
      if (page == null) {
        closing = asClosing(line.body, playlist, where, refuse);
        continue;
      }
      tables.addPage(page);
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
