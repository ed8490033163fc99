import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { parsePlaylistId, parseWanted } from "../spotify/playlistId";
import { memberText, objectMembers } from "../transforms/jsonText";
import { type FoundPlaylist, partNote, readResponses } from "../transforms/responseFiles";
import { type Library, type ServedPlaylist, snapshotIdOf } from "./library";

/**
 * A library read from a file, or from the JSON files of a folder, in any form that the transformer accepts. Entries are
 * served unchanged, character by character. A playlist without an id has its file's name as its id, as in the transform.
 *
 * @throws one line if there is nothing to read, a file is not a Spotify response (with the transform's message), two files
 * hold the same playlist, or an id is a word that stands for several playlists
 */
export async function fromFiles(path: string): Promise<Library> {
  const found = new Map<string, { readonly served: ServedPlaylist; readonly name: string }>();
  const notes: string[] = [];
  for (const file of await filesOf(path)) {
    const name = basename(file);
    const playlists = await readResponses(await readFile(file), name, (line) => notes.push(`${name}: ${line}`));
    for (const playlist of playlists) {
      notes.push(...partNote(playlist, name));
      const served = servedPlaylist(playlist);
      if (parseWanted(served.id) !== undefined && parsePlaylistId(served.id) === undefined) {
        throw new Error(
          `${name}: its playlist id would be "${served.id}", a word that stands for other playlists; rename the file`,
        );
      }
      const other = found.get(served.id)?.name;
      if (other !== undefined) {
        throw new Error(`${other} and ${name} both hold playlist ${served.id}; keep one of them`);
      }
      found.set(served.id, { served, name });
    }
  }
  const playlists = [...found.values()].map(({ served }) => served);
  return { playlistsAt: () => playlists, notes };
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new Error(`${path}: no such file or folder`);
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && /^[^.].*\.(json|jsonl|ndjson|gz)$/.test(entry.name))
    .map((entry) => entry.name);
  if (names.length === 0) throw new Error(`${path}: found no .json, .jsonl, .ndjson or .gz file in it`);
  return names.sort().map((name) => join(path, name));
}

function servedPlaylist({ playlistId, form, texts, entryTexts }: FoundPlaylist): ServedPlaylist {
  const body = form === "playlist" ? texts[0] : form === "raw lines" ? memberText(texts[0] ?? "{}", "body") : undefined;
  const members = body === undefined ? [] : objectMembers(body);
  const label = decodeURIComponent(playlistId);
  const own = (name: string) => textValue(members.findLast((member) => member.name === name)?.text);
  const entries = entryTexts();
  // The extractor compares ids, and the transformer makes keys of them, after percent-encoding: this is the id before it.
  const given = { id: label, name: own("name") ?? label, type: "playlist" };
  const others = members.filter(({ name }) => !(name in given) && !["items", "tracks", "snapshot_id"].includes(name));
  const contentsNames = (["items", "tracks"] as const).filter((one) => members.some(({ name }) => name === one));
  return {
    id: playlistId,
    fields: [
      ...Object.entries(given).map(([name, value]) => [name, JSON.stringify(value)] as const),
      ...others.map(({ name, text }) => [name, text] as const),
    ],
    // A file that was edited by hand keeps its snapshot id, so the hash of its entries shows the change.
    snapshotId: [own("snapshot_id") ?? [], snapshotIdOf(entries)].flat().join("."),
    contentsNames: contentsNames.length === 0 ? ["items"] : contentsNames,
    entries,
  };
}

/** A non-empty string; undefined for anything else. */
function textValue(json: string | undefined): string | undefined {
  const value: unknown = json === undefined ? undefined : JSON.parse(json);
  return typeof value === "string" && value !== "" ? value : undefined;
}
