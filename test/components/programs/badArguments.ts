import * as pulumi from "@pulumi/pulumi";
import { AthenaCatalog, PlaylistTransformer, SpotifyExtractor } from "../../../components";

/** One wrong use a case; the config says which. */
const cases: { readonly [name: string]: () => unknown } = {
  name: () => new PlaylistTransformer("Play.lake", { rawBucket: "raw" }),
  longName: () => new PlaylistTransformer("a".repeat(47), { rawBucket: "raw" }),
  extractor: () =>
    new SpotifyExtractor("p", {
      playlists: ["https://open.spotify.com/album/3cEYpjA9oz9GiPac4AsH4n"],
      spotifyClientId: "id",
      spotifyClientSecret: "secret",
      schedule: "rate(1 hours)",
      timezone: "Europe/Atlantis",
      market: "de",
      memoryMiB: 64,
      timeoutSeconds: 901,
      logRetentionDays: 31,
      forceDestroy: true,
    }),
  transformer: () => new PlaylistTransformer("p", { rawBucket: "raw", trigger: "notification", memoryMiB: 1.5 }),
  catalog: () =>
    new AthenaCatalog("p", {
      lakeBucket: "lake",
      crawlSchedule: "cron(0 6 * * *)",
      firstSnapshotDate: "2026-02-30",
      resultsRetentionDays: 0,
      maxScannedBytesPerQuery: 1,
    }),
  ownTables: () =>
    new AthenaCatalog("p", {
      lakeBucket: "lake",
      tables: {
        "Top-40": { columns: ["name"], location: "s3://charts/top/" },
        tracks: { columns: ["name"], location: "s3://charts/top/" },
        csv_tracks: { columns: ["name"], location: "s3://charts/top/" },
        none: { columns: [], location: "s3://charts/top/" },
        twice: { columns: ["name", "name", "First Name"], location: "s3://charts/top" },
      },
    }),
  late: () => new AthenaCatalog("p", { lakeBucket: "lake", timezone: pulumi.output(Promise.resolve("europe/berlin")) }),
};
cases[new pulumi.Config("test").require("case")]?.();
