import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { localDate } from "../../spotify/days";
import { archivedFiles, dailyFiles, isArchive, readArchived } from "./archive";

/** Something that can be imported: a file, or a file of an archive as one of its commits holds it. */
export interface Source {
  /** How messages name it. */
  readonly label: string;
  /** The file's name without folder. */
  readonly fileName: string;
  /** The day of its commit; undefined for a file. */
  readonly day?: string;
  read(): Promise<Buffer>;
}

const isImportable = /^[^.].*\.(json|jsonl|ndjson|gz|csv)$/i;

/** Folders below a given one that hold other things, such as `.git`. */
const isAside = /(^|[\\/])(\.[^\\/]*|node_modules)[\\/]/;

/** Of Spotify's account data: the files with playlists, and those that come with them and hold none. */
const isAccountData = /^(?:Playlist\d+|YourLibrary)\.json$/;
const isBesideThem =
  /^(?:DuoNewFamily|FamilyPlan|Follow|Identifiers|Identity|Inferences|Marquee|Payments|SearchQueries|Streaming_?History\w*|Userdata|Wrapped\d*|YourSoundCapsule)\.json$/;

/**
 * The sources at paths, in order, each file once. A folder gives the files below it whose names fit responses or exports.
 * A checkout of the playlist archive gives one version a day and playlist.
 * @param dayOf the local date of an instant in milliseconds. @default in UTC
 * @throws one line if a path does not exist, or a folder holds nothing that can be imported
 */
export async function sourcesAt(
  paths: readonly string[],
  dayOf = (ms: number) => localDate(ms, "UTC"),
): Promise<Source[]> {
  const sources = new Map<string, Source>();
  for (const place of paths) for (const source of await sourcesOf(place, dayOf)) sources.set(source.label, source);
  return [...sources.values()];
}

async function sourcesOf(place: string, dayOf: (ms: number) => string): Promise<Source[]> {
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) throw new Error(`${place}: no such file or folder`);
  if (!found.isDirectory()) return [fileSource(place)];
  if (isArchive(place)) return archiveSources(place, dayOf);
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && isImportable.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((name) => !isAside.test(path.relative(place, name)));
  if (names.length === 0) throw new Error(`${place}: found no .json, .jsonl, .ndjson, .gz or .csv file in it`);
  const downloads = new Set(names.filter((name) => isAccountData.test(path.basename(name))).map(path.dirname));
  const isWanted = (name: string) => !downloads.has(path.dirname(name)) || !isBesideThem.test(path.basename(name));
  return names.filter(isWanted).sort().map(fileSource);
}

function fileSource(file: string): Source {
  return { label: file, fileName: path.basename(file), read: () => readFile(file) };
}

async function archiveSources(folder: string, dayOf: (ms: number) => string): Promise<Source[]> {
  const daily = dailyFiles(await archivedFiles(folder), dayOf);
  if (daily.length === 0)
    throw new Error(`${folder}: its git history holds no file in playlists/pretty or playlists/cumulative`);
  return daily.map(({ file, day }) => ({
    label: `${path.join(folder, file.file)} of ${day}`,
    fileName: path.basename(file.file),
    day,
    read: () => readArchived(folder, file),
  }));
}
