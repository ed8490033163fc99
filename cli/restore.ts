import { listOn, otherReleases, withEarlierItems } from "../operations/restore/oldList";
import { parsePlaylistId } from "../spotify/playlistId";
import { likedId } from "../transforms/keys";
import { type Command, pipelineOptions, wrongUse } from "./command";
import { dayOption } from "./dates";
import { onePlaylist } from "./history/historyCommand";
import { consentOptions } from "./login/consent";
import { tellLine, withLake } from "./openLake";
import { playlistOf, type StoredPlaylist } from "./playlistReference";
import { carryOut } from "./restore/carryOut";

/** @throws wrong use if the playlist cannot be written in place */
function checkInPlace({ id, name }: StoredPlaylist): void {
  if (id === likedId) {
    throw wrongUse("restore: Liked Songs are restored as a playlist; leave out --in-place");
  }
  if (parsePlaylistId(id) !== id) {
    throw wrongUse(`restore: "${name || id}" was imported without its Spotify id; leave out --in-place`);
  }
}

export const command: Command = {
  summary: "write a playlist to Spotify as it stood on a day",
  usage: "playlake restore PLAYLIST --to DAY [--in-place] [--substitute] [--yes] [OPTIONS]",
  about: `Writes a playlist to Spotify as it stood on a day (the last stored one up to DAY): into a new private playlist,
"NAME (as of DAY)", or with --in-place into the playlist itself. Order and duplicates are kept. Shows the difference first,
and asks. PLAYLIST is an id, a link or a part of its name; Liked Songs ("liked") are written into a playlist. DAY is a day
such as 2026-11-01, yesterday or "3 months ago".

Local files, entries without an item and tracks that Spotify took down cannot come back; the command lists them, with other
releases of the same recording (equal ISRC) that the lake knows. If it is interrupted, run the same command again: it goes
on, and the result is the same.

Asks for the consent to write on Spotify's page, as playlake login does, each time. That token is never stored. The samples
are written to a stand-in for Spotify, which forgets them when the command ends.`,
  options: {
    "to DAY": "the day to go back to",
    "in-place":
      "writes the playlist itself; today's state is stored in the lake first (or, if the lake has another state of today, in a file that is named)",
    substitute: "puts another release in the place of what cannot come back",
    yes: "does not ask",
    ...consentOptions,
    ...pipelineOptions,
    json: "prints the result as JSON; needs --yes",
  },
  examples: [
    'playlake restore "road trip" --to 2026-11-01',
    'playlake restore liked --to "3 months ago" --substitute',
    "playlake restore 3cEYpjA9oz9GiPac4AsH4n --to yesterday --in-place",
  ],
  async run(call) {
    const { is, terminal } = call;
    const words = onePlaylist(call);
    const day = dayOption(call, "to");
    if (day === undefined) throw wrongUse('restore: give the day, such as --to 2026-11-01 or --to "3 months ago"');
    if (is.json && !is.yes) throw wrongUse("restore: --json needs --yes");
    if (terminal.ask === undefined && !is.yes) {
      throw wrongUse("restore: give --yes to write it; there is no terminal to ask on");
    }
    await withLake(call, async (lake) => {
      const found = await playlistOf(lake, words, (remark) => tellLine(call, remark));
      const isInPlace = is["in-place"] === true;
      if (isInPlace) checkInPlace(found);
      const stored = await listOn(lake, found.id, day);
      if (stored === undefined) {
        throw new Error(`"${found.name || found.id}" was first stored on ${found.firstDay}: ${day} is not known`);
      }
      const old = await withEarlierItems(lake, found.id, stored);
      const others = await otherReleases(lake, found.id);
      await carryOut({ call, lake, found, old, isInPlace, others, substitutes: is.substitute === true });
    });
  },
};
