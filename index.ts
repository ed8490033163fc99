import { AthenaCatalog, PlaylistTransformer, SpotifyExtractor } from "./components";
import { databaseNameOf } from "./components/catalog/databaseName";
import { alarmTopics } from "./components/stack/alarmTopic";
import { auditTrail } from "./components/stack/auditTrail";
import { readConfig } from "./components/stack/config";
import { createDashboard } from "./components/stack/dashboard";
import { dataSwitches } from "./components/stack/retention";

const config = readConfig();
const { alarms, catalog, compactSchedule, crawlSchedule, forceDestroy, retainData, schedule, timezone } = config;
const databaseName = databaseNameOf("playlake");
const alarmTopicArns = alarmTopics("playlake", config);

// schedule -> extractor -> raw bucket; its arguments have the names of the settings
const extractor = new SpotifyExtractor("playlake", { ...config, alarmTopicArns });

// raw bucket -> event -> transformer -> lake bucket, whose days it registers in the catalog
const transformer = new PlaylistTransformer("playlake", {
  rawBucket: extractor.rawBucket,
  ...(config.lakeBucket && { lakeBucket: config.lakeBucket }),
  databaseName,
  catalog,
  schedule,
  retainData,
  forceDestroy,
  alarms,
  alarmTopicArns,
});

// lake bucket -> Data Catalog -> Athena -> results bucket
const athena = new AthenaCatalog("playlake", {
  lakeBucket: transformer.lakeBucket,
  databaseName,
  catalog,
  crawlSchedule,
  compactSchedule,
  timezone,
  alarms,
  alarmTopicArns,
});

// every read and write of raw and lake -> audit bucket
if (config.auditTrail) {
  const buckets = [extractor.rawBucket, transformer.lakeBucket];
  auditTrail("playlake", { buckets, anyArn: extractor.functionArn, ...dataSwitches(config) });
}

export const dashboard = createDashboard("playlake", { extractor, transformer, athena });
export const alarmTopicArn = alarmTopicArns[0] ?? null;
export const rawBucket = extractor.rawBucket.name;
export const lakeBucket = transformer.lakeBucket.name;
export const resultsBucket = athena.resultsBucket.name;
export const extractFunction = extractor.functionName;
export const transformFunction = transformer.functionName;
const { crawlScheduleName: crawl, compactScheduleName: compact } = athena;
export const schedules = { run: extractor.runScheduleName, crawl, compact, timezone };
export const appParameterArn = extractor.appParameterArn;
export const tokenParameterArn = extractor.tokenParameterArn;
export const database = athena.databaseName;
export const workgroup = athena.workgroupName;
export const crawler = athena.crawlerName ?? null; // Pulumi warns of an output that is undefined.
export const failureQueues = {
  extract: extractor.failureQueueUrl,
  transform: transformer.failureQueueUrl,
  crawlSchedule: athena.crawlFailureQueueUrl,
  compactSchedule: athena.compactFailureQueueUrl,
};
