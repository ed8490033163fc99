import { type LineReader, makeOpenLines } from "./bytes";
import { makeForms } from "./forms";
import { makeJsonReader } from "./json";
import { playlistIdOfFile, safeId } from "./keys";
import { makeTablesBuilders, type Pieces, type PlaylistTables } from "./playlistTables";
import { isRawLine } from "./rawLine";
import { makeReadRawLines } from "./rawLines";
import { type Refuse, refusalsOf } from "./refusal";

export type { Pieces, PlaylistTables } from "./playlistTables";

/**
 * Turns a file of raw responses into the lake's tables. Raw lines are read page by page; every other form is one JSON
 * document, which is parsed as a whole.
 * @param chunks the file's bytes, in any pieces: plain or gzip, with or without byte order mark
 * @param fileName without folder; its stem is the playlist's id where the file holds none
 * @param startFile makes what a table's bytes are put into, one a table. @default arrays of the pieces
 * @returns the tables of each playlist in the file: one, or several for a map
 * @throws an Error with `code` `INVALID_RAW` and a message of one line where the file is none of the accepted forms; what
 * the stream throws passes as it is
 */
export interface Transform {
  (chunks: AsyncIterable<Uint8Array>, fileName: string): Promise<PlaylistTables[]>;
  <File extends Pieces>(
    chunks: AsyncIterable<Uint8Array>,
    fileName: string,
    startFile: () => File,
  ): Promise<PlaylistTables<File>[]>;
}

/**
 * Makes the transform. It is called once, at a function's cold start: what runs for every entry is made in it, since in a
 * serialized closure every name from outside costs time each time it is used.
 */
export function makeTransform(): Transform {
  const openLines = makeOpenLines();
  const json = makeJsonReader();
  const forms = makeForms();
  const startTables = makeTablesBuilders();
  const readRawLines = makeReadRawLines(forms, json);

  /** The file's first line that is not blank; empty where there is none. */
  async function readFirstLine(lines: LineReader): Promise<Buffer> {
    let line = await lines.readLine();
    while (line != null && isBlank(line)) line = await lines.readLine();
    return line ?? Buffer.alloc(0);
  }

  /** White space, and the bytes of a byte order mark, which alone are no JSON either. */
  function isBlank(bytes: Buffer): boolean {
    return !bytes.some((byte) => byte > 32 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
  }

  /** The value in a line; `undefined` where it is no whole JSON value. */
  function tryParse(line: Buffer, refuse: Refuse): unknown {
    try {
      return json.parse(line, refuse);
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** Reads on where the first line is no raw line: either it is the whole document, or the document's beginning. */
  async function readDocument(firstLine: Buffer, first: unknown, lines: LineReader, refuse: Refuse): Promise<unknown> {
    const rest = await lines.readRest();
    if (first !== undefined) {
      if (isBlank(rest)) return first;
      throw refuse("several JSON documents, one a line", "one document, or raw lines as the extractor writes them");
    }
    const document = json.parseOrRefuse(Buffer.concat([firstLine, Buffer.from("\n"), rest]), "", refuse);
    if (document === undefined) throw refuse("an empty file");
    return document;
  }

  return async function transform<File extends Pieces>(
    chunks: AsyncIterable<Uint8Array>,
    fileName: string,
    startFile: () => File = () => [] as Pieces as File,
  ): Promise<PlaylistTables<File>[]> {
    const refuse = refusalsOf(fileName);
    const startPlaylist = (servedId: string) =>
      startTables(servedId === "" ? playlistIdOfFile(fileName) : safeId(servedId), startFile);
    const lines = openLines(chunks, refuse);
    try {
      const firstLine = await readFirstLine(lines);
      const first = tryParse(firstLine, refuse);
      if (isRawLine(first)) return [await readRawLines({ first, rest: lines, startTables: startPlaylist, refuse })];
      const document = await readDocument(firstLine, first, lines, refuse);
      return forms.readDocument(document, refuse).map(({ playlist, id, contents }) => {
        const tables = startPlaylist(id);
        tables.addPage(contents);
        return tables.finish({
          playlist,
          total: contents.total,
          extractedAt: "",
          itemsFetchedAt: "",
          isConsistent: "",
        });
      });
    } finally {
      await lines.close();
    }
  };
}
