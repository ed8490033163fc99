// The public playlist archive (mackorone/spotify-playlist-archive): its files, and their history in a git checkout.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { makeValues } from "../../transforms/values";
import { type FileContents, filled, identity, importedEntry, importedPlaylist, type KnownPlaylist } from "./otherForms";

const run = promisify(execFile);
const { isObject, object, list, text } = makeValues();

/** A playlist of the archive. @param notPretty what is missing in `pretty` only */
function archiveForm(
  isCumulative: boolean,
  known: KnownPlaylist,
  { missing = [], notPretty = [] }: { missing?: readonly string[]; notPretty?: readonly string[] } = {},
): FileContents {
  const notCumulative = ["the order of the entries: it is the file's, by title", "the time of day of added_at"];
  return {
    form: `playlist archive (${isCumulative ? "cumulative" : "pretty"})`,
    missing: [
      ...["releases, numbers and ISRCs of tracks", "who added an entry", ...missing],
      ...(isCumulative ? notCumulative : notPretty),
    ],
    playlists: [importedPlaylist(known)],
  };
}

/** A file of the archive as a commit holds it. */
interface ArchivedFile {
  /** Below the checkout. */
  readonly file: string;
  readonly commit: string;
  /** When it was committed, in milliseconds since 1970. */
  readonly committedMs: number;
}

/** Whether a folder is a checkout of the archive. */
export function isArchive(folder: string): boolean {
  return existsSync(path.join(folder, ".git")) && existsSync(path.join(folder, "playlists"));
}

/**
 * All versions of a checkout's playlist files, the oldest first.
 * @throws one line if git is missing or fails
 */
export async function archivedFiles(folder: string): Promise<ArchivedFile[]> {
  const folders = ["playlists/pretty", "playlists/cumulative"];
  const format = ["--reverse", "--format=%x00%H %ct", "--name-only", "--diff-filter=AMR"];
  const log = await git(folder, ["log", ...format, "--", ...folders]);
  const commits = log.toString("utf8").split("\0").slice(1);
  return commits.flatMap((entry) => {
    const [head = "", ...files] = entry.split("\n").filter((line) => line !== "");
    const [commit = "", seconds = ""] = head.split(" ");
    const named = files.filter((file) => /\.(md|json)$/.test(file));
    return named.map((file) => ({ file, commit, committedMs: Number(seconds) * 1000 }));
  });
}

/**
 * One version a day and playlist: the day's last commit, and of a playlist's files the most detailed one.
 * @param dayOf the local date of an instant
 */
export function dailyFiles(
  files: readonly ArchivedFile[],
  dayOf: (ms: number) => string,
): { file: ArchivedFile; day: string }[] {
  const ranks = ["pretty/.json", "pretty/.md", "cumulative/.json", "cumulative/.md"];
  const rank = ({ file }: ArchivedFile) => ranks.indexOf(`${path.basename(path.dirname(file))}/${path.extname(file)}`);
  const best = new Map<string, { file: ArchivedFile; day: string }>();
  for (const file of files) {
    const day = dayOf(file.committedMs);
    const key = `${day}/${path.parse(file.file).name}`;
    const other = best.get(key);
    if (other === undefined || rank(file) <= rank(other.file)) best.set(key, { file, day });
  }
  return [...best.values()];
}

/** The bytes of a file as its commit holds them. */
export function readArchived(folder: string, { file, commit }: ArchivedFile): Promise<Buffer> {
  return git(folder, ["cat-file", "blob", `${commit}:${file}`]);
}

async function git(folder: string, args: readonly string[]): Promise<Buffer> {
  try {
    const { stdout } = await run("git", ["-C", folder, ...args], { encoding: "buffer", maxBuffer: 1024 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: Buffer };
    if (code === "ENOENT") throw new Error("git is not installed: it reads the history of a playlist archive");
    throw new Error(`git ${args[0]} in ${folder}: ${(stderr?.toString() || message).trim().split("\n")[0]}`);
  }
}

/** Reads a JSON file of the archive; undefined if the document is something else. */
export function readArchiveJson(document: unknown): FileContents | undefined {
  if (!isObject(document) || !Array.isArray(document.tracks) || typeof document.url !== "string") return undefined;
  const isCumulative = "date_first_scraped" in document;
  if (!isCumulative && !("unique_name" in document || "original_name" in document)) return undefined;
  const tracks = document.tracks.map(object).filter(({ date_removed }) => date_removed == null);
  const owner = object(document.owner);
  const { id = "" } = identity(document.url);
  return archiveForm(isCumulative, {
    id,
    name: filled(document.original_name) ?? filled(document.unique_name) ?? filled(document.name),
    description: filled(document.description),
    ownerId: identity(text(owner.url)).id,
    ownerName: filled(owner.name),
    followers: typeof document.num_followers === "number" ? document.num_followers : undefined,
    snapshotId: filled(document.snapshot_id),
    entries: tracks.map(entryOfJson),
  });
}

function entryOfJson(track: { readonly [name: string]: unknown }): object {
  const album = object(track.album);
  const item = {
    ...identity(text(track.url)),
    name: track.name,
    artists: list(track.artists).map((artist) => ({
      ...identity(text(object(artist).url)),
      name: object(artist).name,
    })),
    album: { ...identity(text(album.url)), name: album.name },
    duration_ms: track.duration_ms,
  };
  const addedAt = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text(track.added_at))
    ? `${text(track.added_at).replace(" ", "T")}Z`
    : text(track.date_added);
  // With an asterisk it is the date on which the archive first read the playlist.
  return importedEntry(item, track.date_added_asterisk === true ? "" : addedAt, "");
}

/** Reads a Markdown file of the archive; undefined if the text is something else. */
export function readArchiveMarkdown(markdown: string): FileContents | undefined {
  const lines = markdown.split(/\r?\n/);
  const heading = linksIn(lines.find((line) => line.startsWith("### ")) ?? "").find(({ url }) =>
    url.includes("/playlist/"),
  );
  const headerAt = lines.findIndex((line) => /^\| (?:No\. \| )?Title \|/.test(line));
  const { id } = identity(heading?.url.replace(/\/user\/[^/]+\/playlist\//, "/playlist/"));
  if (heading === undefined || id === undefined || headerAt === -1) return undefined;
  const columns = cellsOf(lines[headerAt] ?? "");
  const isCumulative = columns.includes("Added");
  const rows = lines.slice(headerAt + 2).filter((line) => line.startsWith("| "));
  const cells = rows.map((row) => Object.fromEntries(cellsOf(row).map((cell, index) => [columns[index] ?? "", cell])));
  const ownerLine = linksIn(lines.slice(0, headerAt).findLast((line) => / - [\d,]+ songs?\b/.test(line)) ?? "")[0];
  const likes = /(?:^| - )([\d,]+) likes?\b/.exec(lines.slice(0, headerAt).join("\n"))?.[1];
  const [, description = ""] = /^> ([^\n]*)/m.exec(markdown) ?? [];
  return archiveForm(
    isCumulative,
    {
      id,
      name: filled(heading.text),
      description: filled(unescaped(description.trim())),
      ownerId: identity(ownerLine?.url).id,
      ownerName: ownerLine?.text,
      followers: likes === undefined ? undefined : Number(likes.replaceAll(",", "")),
      snapshotId: /^Snapshot ID: `(.+)`$/m.exec(markdown)?.[1],
      entries: cells.filter(({ Removed = "" }) => Removed === "").map(entryOfCells),
    },
    { missing: ["durations below a second"], notPretty: ["added_at"] },
  );
}

function entryOfCells(cells: { readonly [column: string]: string }): object {
  const { Title = "", "Artist(s)": artists = "", Album = "", Added = "" } = cells;
  const [title] = linksIn(Title);
  const [album] = linksIn(Album);
  const item = {
    ...identity(title?.url),
    name: title?.text ?? unescaped(Title),
    artists: linksIn(artists).map(({ text: name, url }) => ({ ...identity(url, "artist"), name })),
    album: { ...identity(album?.url, "album"), name: album?.text ?? unescaped(Album) },
  };
  return importedEntry(item, Added.includes("*") ? "" : Added, "");
}

/** The cells of a table's row. A bar within a cell is escaped by a backslash. */
function cellsOf(row: string): string[] {
  return row
    .trim()
    .split(/(?<!\\)(?:\\\\)*\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** The links of a text, with their texts unescaped. */
function linksIn(markdown: string): { text: string; url: string }[] {
  return [...markdown.matchAll(/\[((?:\\.|[^\]\\])*)\]\((\S*?)\)/g)].map(([, text = "", url = ""]) => ({
    text: unescaped(text),
    url,
  }));
}

function unescaped(markdown: string): string {
  return markdown.replace(/\\([^A-Za-z0-9\s])/g, "$1");
}
