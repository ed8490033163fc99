import { type LineReader, makeOpenLines } from "./bytes";
import { makeForms, type PlaylistForm } from "./forms";
import { makeJsonReader } from "./json";
import { isFileOf, mostPlaylistIdLength, playlistIdOfFile, safeId } from "./keys";
import {
  makeTablesBuilders,
  type Pieces,
  type PlaylistTables,
  type StartTables,
  type TablesBuilder,
} from "./playlistTables";
import { isRawLine, makeReadRawLines } from "./rawLines";
import { type Refuse, refusalsOf } from "./refusal";

export type { PlaylistTables } from "./playlistTables";

/** How a file is transformed. */
export interface TransformOptions<File extends Pieces> {
  /** Creates the holder of a table's bytes; called once a table. @default an array of the pieces */
  startFile?: () => File;
  /** Whether the file name comes from a raw object's key. Raw lines of another playlist are then refused. @default false */
  isStored?: boolean;
  /** Gets one line for each null in place of a playlist in a map or list. */
  onSkipped?: (line: string) => void;
}

/**
 * Turns a file of raw responses into the lake's tables. Raw lines are read page by page; every other form is one JSON
 * document, which is parsed as a whole.
 * @param chunks the file's bytes, in any pieces: plain or gzip, with or without byte order mark
 * @param fileName without folder; its stem is the playlist's id if the file holds none
 * @returns the tables of each playlist in the file: one, or several for a map or list
 * @throws an Error with `code` `INVALID_RAW` and a one-line message if the file has none of the accepted forms or is too
 * large; an error of the stream passes unchanged
 */
export interface Transform {
  (chunks: AsyncIterable<Uint8Array>, fileName: string): Promise<PlaylistTables[]>;
  <File extends Pieces = Uint8Array[]>(
    chunks: AsyncIterable<Uint8Array>,
    fileName: string,
    options: TransformOptions<File>,
  ): Promise<PlaylistTables<File>[]>;
}

/**
 * Makes the transform. Call it once, at a function's cold start: it creates everything that runs for every entry, because in
 * a serialized closure each use of a name from outside costs time.
 * @param startTables builds each playlist's tables from its entries
 */
export function makeTransform(startTables: StartTables = makeTablesBuilders()): Transform {
  const openLines = makeOpenLines();
  const json = makeJsonReader();
  const forms = makeForms();
  const readRawLines = makeReadRawLines(forms, json);

  /** The value in a line; `undefined` if it is not a whole JSON value. */
  function tryParse(line: Buffer, refuse: Refuse): unknown {
    try {
      return json.parse(line, refuse);
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** Reads on if the first line is not a raw line: it is either the whole document or its beginning. */
  async function readDocument(firstLine: Buffer, first: unknown, lines: LineReader, refuse: Refuse): Promise<unknown> {
    const rest = await lines.readRest();
    if (first !== undefined) {
      if (rest.length === 0) return first;
      throw refuse("several JSON documents, one per line", "one document, or raw lines as the extractor writes them");
    }
    return json.parseOrRefuse(Buffer.concat([firstLine, Buffer.from("\n"), rest]), "", refuse);
  }

  function addDocument<File extends Pieces>({ playlist, contents }: PlaylistForm, tables: TablesBuilder<File>) {
    tables.addPage(contents);
    const unknown = { extractedAt: "", itemsFetchedAt: "", isConsistent: "" };
    return tables.finish({ playlist, total: contents.total, ...unknown });
  }

  return async function transform<File extends Pieces>(
    chunks: AsyncIterable<Uint8Array>,
    fileName: string,
    options: TransformOptions<File> = {},
  ): Promise<PlaylistTables<File>[]> {
    const { startFile = () => [] as Pieces as File, isStored = false, onSkipped = () => void 0 } = options;
    const refuse = refusalsOf(fileName);
    const ids = new Set<string>();

    function startPlaylist(servedId: string): TablesBuilder<File> {
      const id =
        servedId.length > mostPlaylistIdLength
          ? servedId
          : servedId === ""
            ? playlistIdOfFile(fileName)
            : safeId(servedId);
      if (id.length > mostPlaylistIdLength) {
        throw refuse(`a playlist id of ${id.length} characters`, `at most ${mostPlaylistIdLength}`);
      }
      if (ids.has(id)) throw refuse(`playlist ${id} twice`, "each playlist once");
      ids.add(id);
      return startTables(id, startFile);
    }

    let rawTables: TablesBuilder<File> | undefined;
    function startRaw(servedId: string): TablesBuilder<File> {
      rawTables = startPlaylist(servedId);
      const [id = ""] = ids;
      if (!isStored || isFileOf(fileName, id)) return rawTables;
      throw refuse(`raw lines of playlist ${id}`, "those of the playlist that the key names");
    }

    const lines = openLines(chunks, refuse);
    try {
      const firstLine = await lines.readLine();
      if (firstLine == null) throw refuse("an empty file");
      const first = tryParse(firstLine, refuse);
      if (isRawLine(first)) return [await readRawLines({ first, rest: lines, startTables: startRaw, refuse })];
      const document = await readDocument(firstLine, first, lines, refuse);
      return forms.readDocument(document, refuse, onSkipped).map((form) => addDocument(form, startPlaylist(form.id)));
    } catch (error) {
      // A key or a text is too long for memory.
      if (error instanceof RangeError) throw refuse(error.message, "ids and texts as Spotify serves them");
      // The scanner's module asked for memory that it did not get.
      if ((error as Error).name !== "RuntimeError") throw error;
      throw new Error(
        `${fileName}: no memory left for its tracks and artists; give the process more (memoryMiB in a stack)`,
      );
    } finally {
      rawTables?.close?.();
      await lines.close();
    }
  };
}
