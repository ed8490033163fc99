import { isUtf8 } from "node:buffer";
import { mostPlaylistIdLength, playlistIdOfFile } from "../../transforms/keys";
import { invalidRaw, refusalsOf } from "../../transforms/refusal";
import { type PageOrigin, pageOrigin, readResponses, tryParse } from "../../transforms/responseFiles";
import { readAccountData } from "./accountData";
import { readArchiveJson, readArchiveMarkdown } from "./archive";
import { readExportify } from "./exportify";
import { type FileContents, idsOfFiles } from "./otherForms";
import { linesOfResponses } from "./rawLines";
import type { Source } from "./sources";

/** The contents of a file that can be imported. */
export interface ReadFile extends FileContents {
  /** A page that names its playlist, which consists of several such pages. */
  readonly page?: PageOrigin & { readonly text: string };
  readonly skipped: readonly string[];
}

/**
 * Reads a file that can be imported.
 * @param idOf makes an id of a playlist's name, if the file holds nothing better
 * @throws an Error with `code` INVALID_RAW and a one-line message that begins with the file's name
 */
export async function readSource(
  bytes: Buffer,
  fileName: string,
  idOf: (name: string) => string = idsOfFiles()(fileName),
): Promise<ReadFile> {
  const other = readOtherForm(bytes, fileName, idOf);
  if (other !== undefined) return checked({ skipped: [], ...other }, fileName);
  const skipped: string[] = [];
  const found = await readResponses(bytes, fileName, (line) => skipped.push(line));
  const playlists = found.map((playlist) => ({ ...playlist, lines: linesOfResponses(playlist) }));
  const [first] = found;
  const page = first?.form === "page" ? pageOrigin(first.texts[0] ?? "{}") : undefined;
  const form = found.length > 1 ? `${found.length} playlists` : (first?.form ?? "nothing");
  const isKnown = first?.form === "raw lines";
  return {
    form: page === undefined ? form : `page of playlist ${page.playlistId} at offset ${page.offset}`,
    missing: isKnown ? [] : ["when it was fetched", ...(first?.form === "playlist" ? [] : ["the playlist itself"])],
    playlists,
    skipped,
    ...(page === undefined ? {} : { page: { ...page, text: first?.texts[0] ?? "{}" } }),
  };
}

/** The forms of other tools; undefined if the file can only be a response, or is not UTF-8. */
function readOtherForm(bytes: Buffer, fileName: string, idOf: (name: string) => string): FileContents | undefined {
  const refuse = refusalsOf(fileName);
  if (bytes.toString("latin1", 0, 4) === "PK\x03\x04") throw refuse("a ZIP file", "the files in it, unpacked");
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (isGzip || !isUtf8(bytes)) return undefined;
  const text = bytes.toString("utf8").replace(/^\ufeff/, "");
  // Markdown can begin with a link, which looks like an array.
  if (/^\s*[[{]/.test(text) && !text.includes("\n### [")) {
    const isOther = /"(?:lastModifiedDate|bannedTracks|unique_name|date_first_scraped)"/.test(text);
    const document = isOther ? tryParse(text) : undefined;
    return readAccountData(document, idOf) ?? readArchiveJson(document);
  }
  const stem = decodeURIComponent(playlistIdOfFile(fileName.replace(/(.)\.(csv|md)$/i, "$1")));
  const form = readArchiveMarkdown(text) ?? readExportify(text, stem, refuse);
  if (form !== undefined || !/\.csv$/i.test(fileName)) return form;
  throw refuse("a CSV file that is not Exportify's", "the columns Track URI, Track Name and Artist Name(s)");
}

/** Checks the ids of other forms, which can be missing or too long. */
function checked(file: ReadFile, fileName: string): ReadFile {
  const refuse = refusalsOf(fileName);
  for (const { playlistId } of file.playlists) {
    if (playlistId === "") throw refuse("a playlist without an id", "its link");
    if (playlistId.length > mostPlaylistIdLength)
      throw refuse(`a playlist id of ${playlistId.length} characters`, `at most ${mostPlaylistIdLength}`);
  }
  return file;
}

/** What a source holds, or why it cannot be imported, which does not affect the others. Parameters: see `readSource`. */
export async function tryRead(
  source: Source,
  idOf?: (name: string) => string,
): Promise<ReadFile | { readonly refused: string }> {
  try {
    return await readSource(await source.read(), source.fileName, idOf);
  } catch (error) {
    return { refused: refusalReason(error) };
  }
}

/**
 * Why a source cannot be read, without the file name at the start of a refusal.
 * @throws the error if it has another cause
 */
export function refusalReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === invalidRaw) return /^[^:]*: (.*)$/s.exec(message)?.[1] ?? message;
  if (code === "ERR_FS_FILE_TOO_LARGE") return "is larger than 2 GiB";
  if (code === "ENOENT") return "does not exist";
  if (code?.startsWith("E") === true && !code.startsWith("ERR_")) return `cannot be read (${code})`;
  throw error;
}
