// Spotify's own download of a user's data: Playlist1.json and so on, and YourLibrary.json.
import { likedId } from "../../transforms/keys";
import { makeValues } from "../../transforms/values";
import { filled, identity, importedEntry, importedPlaylist, type OtherForm } from "./otherForms";

const { isObject, object, list, text } = makeValues();

/** Reads one of the files; undefined if the document is something else. */
export function readAccountData(document: unknown): OtherForm | undefined {
  if (!isObject(document)) return undefined;
  const isLibrary = Array.isArray(document.tracks) && ("bannedTracks" in document || "bannedArtists" in document);
  if (isLibrary) return readLibrary(list(document.tracks));
  const playlists = list(document.playlists).map(object);
  return playlists.length > 0 && playlists.every(isDownloaded) ? readPlaylists(playlists) : undefined;
}

/** The download's playlists have no id, but a date of their last change. */
function isDownloaded(playlist: { readonly [name: string]: unknown }): boolean {
  return Array.isArray(playlist.items) && !("id" in playlist) && "lastModifiedDate" in playlist;
}

function readPlaylists(playlists: readonly { readonly [name: string]: unknown }[]): OtherForm {
  return {
    name: "Spotify account data (playlists)",
    missing: ["playlist ids: the names stand in for them", "the time of day of added_at", "ids of artists and albums"],
    playlists: playlists.map((playlist) =>
      importedPlaylist({
        id: text(playlist.name),
        name: text(playlist.name),
        description: filled(playlist.description),
        followers: typeof playlist.numberOfFollowers === "number" ? playlist.numberOfFollowers : undefined,
        entries: list(playlist.items).map((entry) =>
          importedEntry(itemOf(object(entry)), text(object(entry).addedDate), ""),
        ),
      }),
    ),
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

function readLibrary(tracks: readonly unknown[]): OtherForm {
  const entries = tracks
    .map(object)
    .map(({ uri, track, artist, album }) => importedEntry(trackOf(uri, track, artist, album), "", ""));
  return {
    name: "Spotify account data (library)",
    missing: ["added_at", "ids of artists and albums", "the user"],
    playlists: [importedPlaylist({ id: likedId, name: "Liked Songs", entries })],
  };
}
