// Converts the playlists of a file into the raw lines that the extractor would have written, as far as they are known.
import { memberText, objectMembers } from "../../transforms/jsonText";
import { playlistIdOfFile, rawKey, safeId } from "../../transforms/keys";
import { makeRawLine } from "../../transforms/rawLines";
import type { FoundPlaylist } from "../../transforms/responseFiles";

/** The URL and the time of the fetch are not known, and never invented. */
const unknown = "";

const writeLine = makeRawLine();

/** A raw line with a body of unknown origin. */
export function rawLineOf(body: string): string {
  return writeLine(unknown, unknown, body);
}

/**
 * The raw lines of a playlist in Spotify's own JSON. They give the same rows as its file. Bodies are inserted unchanged,
 * except for an id that neither they nor the object's key hold.
 */
export function linesOfResponses({ playlistId, form, texts }: FoundPlaylist): string {
  const [first = "{}", ...rest] = texts;
  if (form === "raw lines") return [withRawId(first, playlistId), ...rest].map((line) => `${line}\n`).join("");
  if (form === "playlist") return rawLineOf(withId(typed(first), playlistId));
  return linesOfPages(playlistId, [form === "page" ? first : `{"items":${first}}`]);
}

/** The raw lines of pages without their playlist's own response. */
export function linesOfPages(playlistId: string, pages: readonly string[]): string {
  return [withId('{"type":"playlist"}', playlistId), ...pages].map(rawLineOf).join("");
}

/** A playlist that has only items is not recognized as one, so it gets a type. */
function typed(playlist: string): string {
  const names = objectMembers(playlist).map(({ name }) => name);
  return names.every((name) => name === "items" || name === "tracks")
    ? withMember(playlist, "type", "playlist")
    : playlist;
}

/** A raw line of a playlist without id: its file name was the id, which can differ from the key's. */
function withRawId(line: string, playlistId: string): string {
  const body = memberText(line, "body") ?? "{}";
  if ((JSON.parse(body) as { type?: unknown }).type === "user") return line;
  const whole = withId(body, playlistId);
  if (whole === body) return line;
  const others = objectMembers(line).filter(({ name }) => name !== "body");
  const members = [...others, { name: "body", text: whole }];
  return `{${members.map(({ name, text }) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
}

/** The body with an id that comes to `playlistId`, unless it or the object's key has it. */
function withId(body: string, playlistId: string): string {
  const { id } = JSON.parse(body) as { id?: unknown };
  const servedId = typeof id === "string" || typeof id === "number" || typeof id === "boolean" ? `${id}` : "";
  const fileName = rawKey("2000-01-01", playlistId).split("/").at(-1) ?? "";
  const isKnown = servedId === "" ? playlistIdOfFile(fileName) === playlistId : safeId(servedId) === playlistId;
  return isKnown ? body : withMember(body, "id", decodeURIComponent(playlistId));
}

/** Of members with the same name the last one counts. */
function withMember(object: string, name: string, value: string): string {
  const comma = objectMembers(object).length === 0 ? "" : ",";
  return `${object.slice(0, object.lastIndexOf("}"))}${comma}${JSON.stringify(name)}:${JSON.stringify(value)}}`;
}
