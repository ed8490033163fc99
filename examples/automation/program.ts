// The program of each user's stack, for Pulumi's Automation API.
import { AthenaCatalog, PlaylistTransformer, SpotifyExtractor } from "playlake";

/** The playlists that a stack keeps, and the Spotify app that reads them. */
export interface Tenant {
  name: string;
  playlists: string[];
  spotifyClientId: string;
  spotifyClientSecret: string;
}

/** Makes the program of a tenant's stack. */
export function programOf({ name, ...spotify }: Tenant) {
  return async () => {
    const extractor = new SpotifyExtractor(name, spotify);
    const databaseName = `playlists_${name.replace(/-/g, "_")}`;
    const transformer = new PlaylistTransformer(name, { rawBucket: extractor.rawBucket, databaseName });
    const athena = new AthenaCatalog(name, { lakeBucket: transformer.lakeBucket, databaseName, crawlSchedule: "none" });
    const { appParameterArn, tokenParameterArn } = extractor;
    return { database: athena.databaseName, appParameterArn, tokenParameterArn };
  };
}
