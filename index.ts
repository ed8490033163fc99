import { AthenaCatalog, lakeOutputs, PlaylistTransformer, SpotifyExtractor } from "./components";
import { databaseNameOf } from "./components/catalog/databaseName";
import { alarmTopics } from "./components/stack/alarmTopic";
import { auditTrail } from "./components/stack/auditTrail";
import { monthlyBudget } from "./components/stack/budget";
import { readConfig } from "./components/stack/config";
import { createDashboard } from "./components/stack/dashboard";
import { stackPrefix, tagResources } from "./components/stack/naming";

tagResources();
const name = stackPrefix();
const config = readConfig();
const alarmTopicArns = alarmTopics(name, config);
if (config.monthlyBudget && config.alarmEmail) monthlyBudget(name, config.monthlyBudget, config.alarmEmail);
const databaseName = databaseNameOf(name);

// schedule -> extractor -> raw bucket
const extractor = new SpotifyExtractor(name, { ...config.extractor, alarmTopicArns });
const { rawBucket } = extractor;

// raw bucket -> event -> transformer -> lake bucket; the transformer registers each day in the catalog
const transformer = new PlaylistTransformer(name, { ...config.transformer, rawBucket, databaseName, alarmTopicArns });
const { lakeBucket } = transformer;

// lake bucket -> Data Catalog -> Athena -> results bucket
const athena = new AthenaCatalog(name, { ...config.athena, lakeBucket, databaseName, alarmTopicArns });

// every read and write of raw and lake -> audit bucket
if (config.auditTrail) {
  auditTrail(name, { ...config, buckets: [rawBucket, lakeBucket], anyArn: extractor.functionArn });
}

// The outputs' values are described in components/stack/outputs.ts.
export = {
  dashboard: createDashboard(name, { extractor, transformer, athena }),
  alarmTopicArn: alarmTopicArns[0] ?? null,
  ...lakeOutputs({ extractor, transformer, athena, timezone: config.timezone }),
};
