import { AthenaCatalog, PlaylistTransformer, SpotifyExtractor } from "./components";
import { readConfig } from "./components/config";

const config = readConfig();
const { catalog, crawlSchedule, forceDestroy, retainData, timezone } = config;

// schedule -> extractor -> raw bucket
const extractor = new SpotifyExtractor("playlake", {
  playlists: config.playlists,
  schedule: config.schedule,
  timezone,
  market: config.market,
  spotifyClientId: config.spotifyClientId,
  spotifyClientSecret: config.spotifyClientSecret,
  retainData,
  forceDestroy,
});

// raw bucket -> event -> transformer -> lake bucket
const transformer = new PlaylistTransformer("playlake", {
  rawBucket: extractor.rawBucket,
  retainData,
  forceDestroy,
});

// lake bucket -> crawler -> Data Catalog -> Athena -> results bucket
const athena = new AthenaCatalog("playlake", {
  lakeBucket: transformer.lakeBucket,
  catalog,
  crawlSchedule,
  timezone,
});

export const rawBucket = extractor.rawBucket.name;
export const lakeBucket = transformer.lakeBucket.name;
export const resultsBucket = athena.resultsBucket.name;
export const extractFunction = extractor.functionName;
export const transformFunction = transformer.functionName;
export const schedules = { run: extractor.runScheduleName, crawl: athena.crawlScheduleName, timezone };
export const tokenSecretArn = extractor.tokenSecretArn;
export const database = athena.databaseName;
export const workgroup = athena.workgroupName;
