// Spotify's own download of a user's data: Playlist1.json and so on, and YourLibrary.json.
import { likedId } from "../../transforms/keys";
import { makeValues } from "../../transforms/values";
import { type FileContents, filled, identity, importedEntry, importedPlaylist } from "./otherForms";

const { isObject, object, list, text } = makeValues();

/**
 * Reads one of the files; undefined if the document is something else.
 * @param idOf makes an id of a playlist's name
 */
export function readAccountData(document: unknown, idOf: (name: string) => string): FileContents | undefined {
  if (!isObject(document)) return undefined;
  const isLibrary = Array.isArray(document.tracks) && ("bannedTracks" in document || "bannedArtists" in document);
  if (isLibrary) return readLibrary(list(document.tracks));
  const playlists = list(document.playlists);
  return playlists.some(isDownloaded) ? readPlaylists(playlists, idOf) : undefined;
}

/** The download's playlists have no id, but a date of their last change. */
function isDownloaded(playlist: unknown): boolean {
  return isObject(playlist) && Array.isArray(playlist.items) && !("id" in playlist) && "lastModifiedDate" in playlist;
}

function readPlaylists(members: readonly unknown[], idOf: (name: string) => string): FileContents {
  const skipped: string[] = [];
  const playlists = members.flatMap((member, index) => {
    const { name, description, numberOfFollowers, items } = object(member);
    if (!Array.isArray(items)) {
      skipped.push(
        `${member === null ? "null in place of a playlist" : "a playlist without its items"} at index ${index}`,
      );
      return [];
    }
    return importedPlaylist({
      id: idOf(text(name) || "unnamed"),
      name: filled(name),
      description: filled(description),
      followers: typeof numberOfFollowers === "number" ? numberOfFollowers : undefined,
      entries: list(items).map((entry) => importedEntry(itemOf(object(entry)), text(object(entry).addedDate), "")),
    });
  });
  return {
    form: "Spotify account data (playlists)",
    missing: [
      "playlist ids: the names stand in for them, numbered if they are equal",
      "the time of day of added_at",
      "ids of artists and albums: their names stand in for them",
    ],
    playlists,
    skipped,
  };
}

/** Anything but a track, an episode or a local file, such as an audiobook, has no URI in these files and is unreadable. */
function itemOf({ track, episode, localTrack, ...others }: { readonly [name: string]: unknown }) {
  if (isObject(track)) return trackOf(track.trackUri, track.trackName, track.artistName, track.albumName);
  if (isObject(episode)) {
    return { ...identity(text(episode.episodeUri)), name: episode.episodeName, show: { name: episode.showName } };
  }
  if (isObject(localTrack)) return localTrackOf(text(localTrack.uri));
  return others;
}

function trackOf(uri: unknown, name: unknown, artist: unknown, album: unknown) {
  return { ...identity(text(uri)), name, artists: [{ name: artist }], album: { name: album } };
}

/** A local file's URI holds its names: `spotify:local:ARTIST:ALBUM:TITLE:SECONDS`. */
function localTrackOf(uri: string) {
  const [, , artist = "", album = "", title = ""] = uri.split(":").map((part) => decode(part.replaceAll("+", " ")));
  return trackOf(uri, title, artist, album);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function readLibrary(tracks: readonly unknown[]): FileContents {
  const entries = tracks
    .map(object)
    .map(({ uri, track, artist, album }) => importedEntry(trackOf(uri, track, artist, album), "", ""));
  return {
    form: "Spotify account data (library)",
    missing: ["added_at", "ids of artists and albums: their names stand in for them", "the user"],
    playlists: [importedPlaylist({ id: likedId, name: "Liked Songs", entries })],
  };
}
