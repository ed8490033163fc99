import { playlistBody } from "./pages";
import { type ApiAnswer, apiError, isClosed, type RouteOptions } from "./routes";
import { type StandInEdit, type WritableLibrary, WriteRefused } from "./writableLibrary";

/** The scopes that a user has to consent to before their playlists are written. */
export const writeScopes = { private: "playlist-modify-private", public: "playlist-modify-public" } as const;

interface WriteRequest {
  method: string;
  path: string;
  body: string;
  baseUrl: string;
  /** What the user has consented to; undefined for the app's own token. */
  scopes: readonly string[] | undefined;
}

interface WriteBody {
  name?: unknown;
  description?: unknown;
  public?: unknown;
  uris?: string[];
  position?: number;
  items?: { uri: string }[];
  tracks?: { uri: string }[];
  snapshot_id?: string;
  range_start?: number;
  range_length?: number;
  insert_before?: number;
}

/** Answers requests that write playlists. A refused request changes nothing. */
export function createWriteRouter(
  options: RouteOptions,
  library: WritableLibrary,
): (request: WriteRequest) => ApiAnswer {
  function mayWrite(scopes: readonly string[] | undefined, isPublic: boolean): ApiAnswer | undefined {
    if (scopes === undefined) return apiError(403, "This request requires user authentication.");
    const scope = isPublic ? writeScopes.public : writeScopes.private;
    return scopes.includes(scope) ? undefined : apiError(403, "Insufficient client scope");
  }

  function create(body: WriteBody, { baseUrl, scopes }: WriteRequest): ApiAnswer {
    const isPublic = body.public !== false;
    const refusal = mayWrite(scopes, isPublic);
    if (refusal !== undefined) return refusal;
    if (typeof body.name !== "string" || body.name === "") return apiError(400, "Missing required field: name");
    const playlist = library.create({ name: body.name, description: String(body.description ?? ""), isPublic });
    return { status: 201, body: playlistBody(playlist, playlist.snapshotId, baseUrl, { offset: 0, limit: 100 }) };
  }

  function edit(playlistId: string, name: "items" | "tracks", body: WriteBody, request: WriteRequest): ApiAnswer {
    if (isClosed(options, name)) return apiError(name === "tracks" ? 403 : 404, "Forbidden");
    const playlist = library.current(playlistId);
    if (playlist === undefined) return apiError(404, "Resource not found");
    const fields = new Map(playlist.fields);
    const refusal = mayWrite(request.scopes, fields.get("public") === "true");
    if (refusal !== undefined) return refusal;
    const owner = JSON.parse(fields.get("owner") ?? '{"id":"maren"}') as { id?: unknown };
    if (owner.id !== "maren") return apiError(403, "You cannot change a playlist you don't own.");
    const wanted = readEdit(request.method, name, body);
    if (wanted === undefined) return apiError(400, "Error parsing JSON.");
    const snapshotId = library.edit(playlistId, wanted);
    return { status: request.method === "POST" ? 201 : 200, body: JSON.stringify({ snapshot_id: snapshotId }) };
  }

  return (request) => {
    const match = /^\/playlists\/([0-9A-Za-z]{22})\/(items|tracks)$/.exec(request.path);
    const isCreation = request.method === "POST" && request.path === "/me/playlists";
    if (match === null && !isCreation) return apiError(404, "Service not found");
    try {
      const body = JSON.parse(request.body) as WriteBody;
      return match === null ? create(body, request) : edit(match[1]!, match[2] as "items" | "tracks", body, request);
    } catch (error) {
      if (error instanceof WriteRefused) return apiError(error.status, error.message);
      if (error instanceof SyntaxError) return apiError(400, "Error parsing JSON.");
      throw error;
    }
  };
}

function readEdit(method: string, name: "items" | "tracks", body: WriteBody): StandInEdit | undefined {
  const { uris, snapshot_id: snapshotId } = body;
  if (method === "POST" && uris !== undefined) return { kind: "add", uris, position: body.position };
  if (method === "DELETE" && body[name] !== undefined) {
    return { kind: "remove", uris: body[name].map(({ uri }) => uri), snapshotId };
  }
  if (method !== "PUT") return undefined;
  if (uris !== undefined) return { kind: "replace", uris };
  const { range_start: start, range_length: length = 1, insert_before: before } = body;
  return start === undefined || before === undefined ? undefined : { kind: "move", start, length, before, snapshotId };
}
