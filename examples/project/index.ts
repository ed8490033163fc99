// The daily history of your playlists, from the schedule to tables that Athena queries.
import * as pulumi from "@pulumi/pulumi";
import { AthenaCatalog, lakeOutputs, PlaylistTransformer, SpotifyExtractor } from "playlake";

// Pulumi.yaml describes the settings.
const config = new pulumi.Config();
const timezone = config.get("timezone");
const schedule = config.get("schedule");

// Resources are named after project and stack, so that several stacks can share an account.
const name = `${pulumi.getProject()}-${pulumi.getStack()}`;
const databaseName = name.replaceAll("-", "_");

// Spotify serves no old snapshots: other stacks than dev keep their data when they are destroyed.
const isDev = pulumi.getStack() === "dev";
const data = { retainData: !isDev, forceDestroy: isDev };

// schedule -> extractor -> raw bucket
const extractor = new SpotifyExtractor(name, {
  playlists: config.requireObject<string[]>("playlists"),
  spotifyClientId: config.requireSecret("spotifyClientId"),
  spotifyClientSecret: config.requireSecret("spotifyClientSecret"),
  schedule,
  timezone,
  ...data,
});
const { rawBucket } = extractor;

// raw bucket -> event -> transformer -> lake bucket
const transformer = new PlaylistTransformer(name, { rawBucket, databaseName, ...data });
const { lakeBucket } = transformer;

// lake bucket -> Data Catalog -> Athena
const athena = new AthenaCatalog(name, { lakeBucket, databaseName, timezone });

// The playlake commands find the lake by these outputs.
export = lakeOutputs({ extractor, transformer, athena, timezone });
