import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { arrayElements, memberText, objectMembers } from "../spotify/jsonText";
import { parsePlaylistId } from "../spotify/playlistId";
import { isRawLine } from "../transforms/rawLines";
import { makeTransform, type PlaylistTables } from "../transforms/transform";
import { idFrom, snapshotIdOf } from "./ids";
import type { Library, ServedPlaylist } from "./library";

/** A playlist as it was found: its own JSON text, if any, and its entries' texts. */
interface FoundPlaylist {
  text: string | undefined;
  /** Id that the surroundings give it, a map's key. */
  key: string | undefined;
  entries: string[];
}

/**
 * A library of what a file, or the JSON files of a folder, hold: any form that the transformer takes. Entries are
 * served character by character. A playlist without an id of Spotify's form gets one made from its name, always the
 * same.
 *
 * @throws one line, where there is nothing to read, a file is no Spotify response (the transform's own words), or two
 * hold the same playlist
 */
export async function fromFiles(path: string): Promise<Library> {
  const transform = makeTransform();
  const found = new Map<string, ServedPlaylist>();
  const notes: string[] = [];
  const sources = new Map<string, string>();
  for (const file of await filesOf(path)) {
    const bytes = await readFile(file);
    for (const tables of await transform(oneChunk(bytes), basename(file)))
      notes.push(...partNote(tables, basename(file)));
    const name = basename(file)
      .replace(/(.)\.gz$/, "$1")
      .replace(/(.)\.(json|jsonl|ndjson)$/, "$1");
    for (const playlist of playlistsIn(textOf(bytes))) {
      const served = servedPlaylist(playlist, name);
      const other = sources.get(served.id);
      if (other !== undefined) {
        throw new Error(`${other} and ${basename(file)} both hold playlist ${served.id}; keep one of them`);
      }
      sources.set(served.id, basename(file));
      found.set(served.id, served);
    }
  }
  const playlists = [...found.values()];
  return { playlistsAt: () => playlists, notes };
}

/** Says of a playlist that it is not there as a whole: one response holds 100 entries at most. */
export function partNote({ playlistId, entries, totalItems }: PlaylistTables, file: string): string[] {
  if (entries >= totalItems) return [];
  return [`${file}: playlist ${playlistId}: only ${entries} of its ${totalItems} items are in the file`];
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

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function textOf(bytes: Buffer): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isGzip ? gunzipSync(bytes) : bytes).toString("utf8").trim();
}

/** The forms, told apart as the transform does; what it refuses does not come here. */
function playlistsIn(text: string): FoundPlaylist[] {
  const end = text.indexOf("\n");
  const firstLine = end === -1 ? text : text.slice(0, end);
  if (isRawLine(tryParse(firstLine))) return [rawLinesPlaylist(text.split("\n").filter((line) => line.trim() !== ""))];
  if (text.startsWith("[")) return [{ text: undefined, key: undefined, entries: arrayElements(text) }];
  const playlist = embeddedPlaylist(text);
  if (playlist !== undefined) return [playlist];
  return objectMembers(text).map((member) => ({ ...embeddedPlaylist(member.text)!, key: member.name }));
}

/** A playlist with its entries, or a page (of which only the entries count). */
function embeddedPlaylist(text: string): FoundPlaylist | undefined {
  const entries = contentsOf(memberText(text, "items")) ?? contentsOf(memberText(text, "tracks"));
  return entries === undefined ? undefined : { text: isPage(text) ? undefined : text, key: undefined, entries };
}

function rawLinesPlaylist(lines: readonly string[]): FoundPlaylist {
  const bodies = lines.map((line) => memberText(line, "body")!);
  const [opening] = bodies;
  const pages = bodies.filter(isPage);
  const embedded = embeddedPlaylist(opening!)?.entries ?? [];
  const entries = pages.length === 0 ? embedded : pages.flatMap((page) => arrayElements(memberText(page, "items")!));
  return { text: opening, key: undefined, entries };
}

function isPage(text: string): boolean {
  const marks = ["id", "uri", "name", "snapshot_id", "owner"];
  const members = objectMembers(text);
  const hasItems = members.some((member) => member.name === "items" && member.text.startsWith("["));
  return hasItems && !members.some((member) => member.name === "type" || marks.includes(member.name));
}

/** Entries of a paging object or of a plain array. */
function contentsOf(text: string | undefined): string[] | undefined {
  if (text?.startsWith("[")) return arrayElements(text);
  const items = text?.startsWith("{") ? memberText(text, "items") : undefined;
  return items?.startsWith("[") ? arrayElements(items) : undefined;
}

function servedPlaylist(found: FoundPlaylist, fileName: string): ServedPlaylist {
  const members = found.text === undefined ? [] : objectMembers(found.text);
  const ownId = textValue(members.findLast((member) => member.name === "id")?.text);
  const label = ownId ?? found.key ?? fileName;
  const id = parsePlaylistId(label) === label ? label : idFrom(label);
  const ownName = textValue(members.findLast((member) => member.name === "name")?.text);
  const snapshotIds = members
    .filter((member) => member.name === "snapshot_id")
    .map(({ text }) => textValue(text) ?? "");
  const given = { id, name: ownName ?? label, type: "playlist" };
  const others = members.filter(({ name }) => !(name in given) && !["items", "tracks", "snapshot_id"].includes(name));
  const contentsNames = (["items", "tracks"] as const).filter((one) => members.some(({ name }) => name === one));
  return {
    id,
    fields: [
      ...Object.entries(given).map(([name, value]) => [name, JSON.stringify(value)] as const),
      ...others.map(({ name, text }) => [name, text] as const),
    ],
    // A file that was edited by hand keeps its snapshot id: the contents' own mark tells that it changed.
    snapshotId: [...snapshotIds, snapshotIdOf(found.entries)].filter((part) => part !== "").join("."),
    contentsNames: contentsNames.length === 0 ? ["items"] : contentsNames,
    entries: found.entries,
  };
}

/** A string's value; undefined for anything else and for an empty one. */
function textValue(json: string | undefined): string | undefined {
  const value: unknown = json === undefined ? undefined : JSON.parse(json);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
