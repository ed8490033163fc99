// The CSV files of Exportify's two forks: watsonbox's, with URIs of artists and albums, and that of exportify.net.
import { parse } from "papaparse";
import { likedId } from "../../transforms/keys";
import { filled, identity, importedEntry, importedPlaylist, type OtherForm, released } from "./otherForms";

type Cells = { readonly [column: string]: string | undefined };

/** The first cell that is filled, of columns that forks and versions name differently. */
function cell(cells: Cells, ...names: readonly string[]): string | undefined {
  return names.map((name) => filled(cells[name])).find((value) => value !== undefined);
}

/**
 * Reads a CSV file of Exportify. It is one playlist, whose id is the file's name; `liked` and `Liked_Songs` are the Liked
 * Songs. Undefined if the header is not Exportify's.
 */
export function readExportify(text: string, stem: string): OtherForm | undefined {
  const { data, meta } = parse<Cells>(text, { header: true, skipEmptyLines: true });
  const columns = meta.fields ?? [];
  const isExportify =
    ["Track URI", "Spotify URI", "Spotify ID", "Track ID"].some((column) => columns.includes(column)) &&
    columns.includes("Track Name") &&
    columns.includes("Artist Name(s)");
  if (!isExportify) return undefined;
  const hasUris = columns.includes("Artist URI(s)");
  const id = /^(liked|liked[_ ]songs)$/i.test(stem) ? likedId : stem;
  return {
    name: hasUris ? "Exportify CSV (watsonbox)" : "Exportify CSV (exportify.net)",
    missing: [
      "the playlist's name, owner and snapshot id",
      ...(hasUris ? [] : ["ids of artists and albums, so the tables artists and albums stay empty"]),
    ],
    playlists: [importedPlaylist({ id, entries: data.map(entryOf) })],
  };
}

function entryOf(cells: Cells): object {
  const item = {
    ...identity(cell(cells, "Track URI", "Spotify URI", "Spotify ID", "Track ID")),
    name: cell(cells, "Track Name"),
    artists: artistsOf(cells, ["Artist Name(s)"], ["Artist URI(s)", "Artist IDs"]),
    album: albumOf(cells),
    disc_number: cell(cells, "Disc Number"),
    track_number: cell(cells, "Track Number"),
    duration_ms: cell(cells, "Track Duration (ms)", "Duration (ms)"),
    explicit: cell(cells, "Explicit", "Explicit?"),
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
