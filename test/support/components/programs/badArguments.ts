import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AthenaCatalog, PlaylistTransformer, SpotifyExtractor } from "../../../../components";

/** One wrong use per case; the config selects it. */
const cases: { readonly [name: string]: () => unknown } = {
  name: () => new PlaylistTransformer("Play.lake", { rawBucket: "raw" }),
  reservedName: () =>
    new SpotifyExtractor("aws-music", { playlists: ["me"], spotifyClientId: "id", spotifyClientSecret: "secret" }),
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
      databaseName: "two-words",
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
  // Values that only JavaScript lets through.
  unknown: () =>
    Reflect.construct(PlaylistTransformer, ["p", { rawBucket: "raw", memorySize: 512, lakebucket: "lake" }]),
  hook: () => Reflect.construct(PlaylistTransformer, ["p", { rawBucket: "raw", transform: { transformFuncton: {} } }]),
  noExtractor: () => Reflect.construct(SpotifyExtractor, ["p"]),
  noTransformer: () => Reflect.construct(PlaylistTransformer, ["p", { rawBucket: null }]),
  noCatalog: () => Reflect.construct(AthenaCatalog, ["p", { tables: { charts: {} }, digestSchedule: "rate(1 day)" }]),
  noName: () => Reflect.construct(PlaylistTransformer, []),
  oddExtractor: () =>
    Reflect.construct(SpotifyExtractor, [
      "p",
      {
        playlists: ["3cEYpjA9oz9GiPac4AsH4n", 5],
        spotifyClientId: "planted secret",
        spotifyClientSecret: "",
        rawBucket: "arn:aws:s3:::raw",
        alarmTopicArns: ["alarms"],
        retainData: "false",
        protect: "no",
      },
    ]),
  oddTransformer: () =>
    Reflect.construct(PlaylistTransformer, [
      "p",
      { rawBucket: new aws.s3.Bucket("theirs"), lakeBucket: "s3://lake", alarmTopicArns: "alarms", forceDestroy: 1 },
    ]),
  oddCatalog: () =>
    Reflect.construct(AthenaCatalog, [
      "p",
      {
        lakeBucket: 7,
        catalog: pulumi.output("inferred"),
        tables: pulumi.output({}),
        transform: pulumi.output({}),
        protect: "no",
      },
    ]),
  manyTopics: () =>
    new AthenaCatalog("p", {
      lakeBucket: "lake",
      alarmTopicArns: [1, 2, 3, 4, 5, 6].map((n) => `arn:aws:sns:us-east-1:123456789012:t${n}`),
    }),
  sameBucket: () => new PlaylistTransformer("p", { rawBucket: "raw", lakeBucket: "raw" }),
  sameRef: () => {
    const rawBucket = { name: pulumi.output("raw"), managed: true };
    return new PlaylistTransformer("p", { rawBucket, lakeBucket: { ...rawBucket } });
  },
  secretSetting: () =>
    new SpotifyExtractor("p", {
      playlists: pulumi.secret(["me"]),
      spotifyClientId: "id",
      spotifyClientSecret: "secret",
    }),
  lateBucket: () => new PlaylistTransformer("p", { rawBucket: pulumi.output(Promise.resolve("Their_Raw")) }),
  late: () => new AthenaCatalog("p", { lakeBucket: "lake", timezone: pulumi.output(Promise.resolve("europe/berlin")) }),
};
cases[new pulumi.Config("test").require("case")]?.();
