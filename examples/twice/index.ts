// Two lakes in one stack: each with its own schedule, buckets and tables.
import * as pulumi from "@pulumi/pulumi";
import { AthenaCatalog, PlaylistTransformer, SpotifyExtractor } from "playlake";

const config = new pulumi.Config();
const app = {
  spotifyClientId: config.requireSecret("spotifyClientId"),
  spotifyClientSecret: config.requireSecret("spotifyClientSecret"),
};

/** All three components, from the schedule to the workgroup. */
function lake(name: string, playlists: string[], timezone: string): AthenaCatalog {
  const extractor = new SpotifyExtractor(name, { playlists, timezone, ...app });
  const databaseName = `playlists_${name}`;
  const { lakeBucket } = new PlaylistTransformer(name, { rawBucket: extractor.rawBucket, databaseName });
  return new AthenaCatalog(name, { lakeBucket, databaseName, timezone, crawlSchedule: "none" });
}

const berlin = lake("berlin", ["3cEYpjA9oz9GiPac4AsH4n"], "Europe/Berlin");
const tokyo = lake("tokyo", ["5ji6LqClSX7E4Fh0gQzGKd"], "Asia/Tokyo");

export const databases = [berlin.databaseName, tokyo.databaseName];
