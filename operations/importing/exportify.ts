// The CSV files of Exportify's two forks: watsonbox's, with URIs of artists and albums, and that of exportify.net.
import { parse } from "papaparse";
import { likedId } from "../../transforms/keys";
import type { Refuse } from "../../transforms/refusal";
import { type FileContents, filled, identity, idOfName, importedEntry, importedPlaylist, released } from "./otherForms";

type Cells = { readonly [column: string]: string | undefined };

/** The first cell that is filled, of columns that forks and versions name differently. */
function cell(cells: Cells, ...names: readonly string[]): string | undefined {
  return names.map((name) => filled(cells[name])).find((value) => value !== undefined);
}

const trackUri = ["Track URI", "Spotify URI", "Spotify ID", "Track ID"];
const artistNames = ["Artist Name(s)", "Artist Name"];
const artistUris = ["Artist URI(s)", "Artist URI", "Artist IDs"];

/**
 * Reads a CSV file of Exportify. It is one playlist, whose id and name are the file's name; `liked` and `Liked_Songs` are
 * the Liked Songs. Undefined if the header is not Exportify's.
 * @throws a refusal if quotes are broken, as in a file that is cut off: the rows that follow would become one cell
 */
export function readExportify(text: string, stem: string, refuse: Refuse): FileContents | undefined {
  const { data, meta, errors } = parse<Cells>(text, { header: true, skipEmptyLines: true });
  const columns = meta.fields ?? [];
  const hasOne = (names: readonly string[]) => names.some((name) => columns.includes(name));
  if (!hasOne(trackUri) || !hasOne(["Track Name"]) || !hasOne(artistNames)) return undefined;
  const broken = errors.find(({ type }) => type === "Quotes");
  if (broken !== undefined) throw refuse(`broken quotes in row ${(broken.row ?? 0) + 1}`, "a whole CSV file");
  const hasUris = hasOne(["Artist URI(s)", "Artist URI"]);
  const isLiked = /^(liked|liked[_ ]songs)$/i.test(stem);
  return {
    form: hasUris || hasOne(["Spotify URI"]) ? "Exportify CSV (watsonbox)" : "Exportify CSV (exportify.net)",
    missing: [
      "the playlist's id and name: the file's name stands in for both; its owner and snapshot id",
      ...(hasUris ? [] : ["ids of artists and albums: their names stand in for them"]),
    ],
    playlists: [
      importedPlaylist({
        id: isLiked ? likedId : idOfName(stem),
        name: isLiked ? "Liked Songs" : stem,
        entries: data.map(entryOf),
      }),
    ],
  };
}

function entryOf(cells: Cells): object {
  const item = {
    ...identity(cell(cells, ...trackUri)),
    name: cell(cells, "Track Name"),
    artists: artistsOf(cells, artistNames, artistUris),
    album: albumOf(cells),
    disc_number: cell(cells, "Disc Number"),
    track_number: cell(cells, "Track Number"),
    duration_ms: cell(cells, "Track Duration (ms)", "Duration (ms)"),
    // A spreadsheet writes TRUE.
    explicit: cell(cells, "Explicit", "Explicit?")?.toLowerCase(),
    popularity: cell(cells, "Popularity"),
    external_ids: { isrc: cell(cells, "ISRC") },
  };
  return importedEntry(item, cell(cells, "Added At"), cell(cells, "Added By"));
}

function albumOf(cells: Cells): object {
  const image = cell(cells, "Album Image URL");
  return {
    ...identity(cell(cells, "Album URI"), "album"),
    name: cell(cells, "Album Name"),
    artists: artistsOf(cells, ["Album Artist Name(s)"], ["Album Artist URI(s)"]),
    ...released(cell(cells, "Album Release Date", "Release Date")),
    images: image === undefined ? [] : [{ url: image }],
  };
}

/** Artists by their ids and names. If the numbers of ids and names differ, the names are left out. */
function artistsOf(cells: Cells, nameColumns: readonly string[], idColumns: readonly string[]): object[] {
  const ids = cell(cells, ...idColumns)?.split(/, ?/) ?? [];
  const text = cell(cells, ...nameColumns) ?? "";
  const candidates = [/;/, /(?<!\\), /, /,/].map((separator) =>
    text.split(separator).map((name) => name.replaceAll("\\,", ",")),
  );
  if (ids.length === 0) return (text === "" ? [] : (candidates[0] ?? [])).map((name) => ({ name }));
  const names = candidates.find(({ length }) => length === ids.length);
  return ids.map((id, index) => ({ ...identity(id, "artist"), name: names?.[index] }));
}
