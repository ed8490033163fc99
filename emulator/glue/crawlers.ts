import { isDeepStrictEqual } from "node:util";
import { notModelled, ofType, type Registered, type Resource, refuseOthers } from "../resources";
import type { CsvClassifier } from "./csvClassifier";

export type CrawlerSettings = ReturnType<typeof crawlersOf>[number];

/**
 * The program's crawlers. Each has S3 targets, from whose files it makes tables, or catalog targets.
 * @throws if AWS would refuse one, or a setting is not modelled
 */
export function crawlersOf(resources: readonly Registered[]) {
  const classifiers = ofType(resources, "aws:glue/classifier:Classifier").map(csvClassifier);
  const roles = ofType(resources, "aws:iam/role:Role").map(({ outputs }) => outputs);
  return ofType(resources, "aws:glue/crawler:Crawler").map((resource) => {
    refuseOthers(resource, [...knownInputs, "configuration", "schemaChangePolicy"]);
    const { inputs, outputs } = resource;
    const { name, arn } = outputs;
    const label = `crawler ${name}`;
    const s3Targets = inputs.s3Targets ?? [];
    const catalogTargets = inputs.catalogTargets ?? [];
    const makesTables = s3Targets.length > 0;
    for (const target of s3Targets) only(label, "s3Targets", Object.keys(target), ["path"]);
    for (const target of catalogTargets) {
      only(label, "catalogTargets", Object.keys(target).sort(), ["databaseName", "tables"]);
    }
    const named = inputs.classifiers ?? [];
    if (named.length === 0) throw notModelled(resource, "a crawler without classifiers");
    const updateBehavior = makesTables ? "UPDATE_IN_DATABASE" : "LOG";
    only(label, "schemaChangePolicy", inputs.schemaChangePolicy, { updateBehavior, deleteBehavior: "LOG" });
    return {
      name,
      arn,
      roleArn: roles.find((role) => role.name === inputs.role)?.arn ?? inputs.role,
      /** The database in which it creates tables. */
      database: inputs.databaseName,
      tablePrefix: inputs.tablePrefix ?? "",
      classifiers: named.map((wanted) => {
        const found = classifiers.find((classifier) => classifier.name === wanted);
        if (found === undefined) throw notModelled(resource, `the classifier ${wanted}`);
        return found;
      }),
      /** `s3://bucket/folder` of each S3 target. */
      s3Paths: s3Targets.map(({ path }) => path),
      catalogTargets: catalogTargets.map(({ databaseName, tables }) => ({ databaseName, tables })),
      /** The level of a table's folder, 1 being the bucket; of no meaning without S3 targets. */
      tableLevel: tableLevelOf(label, inputs.configuration, makesTables),
    };
  });
}

const knownInputs = ["role", "databaseName", "tablePrefix", "classifiers", "s3Targets", "catalogTargets"] as const;

/** Of most settings, the local Glue models the one value that the components set. */
function only(label: string, property: string, got: unknown, expected: unknown): void {
  if (isDeepStrictEqual(got, expected)) return;
  const [is, wanted] = [got, expected].map((value) => JSON.stringify(value));
  throw new Error(`${label}: ${property}: the local Glue models ${wanted} only, got ${is}`);
}

function tableLevelOf(label: string, configuration = "{}", makesTables: boolean): number {
  const { Grouping = {}, ...others } = JSON.parse(configuration) as { Grouping?: { TableLevelConfiguration?: number } };
  const { TableLevelConfiguration: level = 0, ...grouping } = Grouping;
  only(label, "configuration", { ...others, Grouping: grouping }, supportedConfiguration);
  if (makesTables && level < 2) only(label, "TableLevelConfiguration", level, "2 or more");
  return level;
}

const supportedConfiguration = {
  Version: 1,
  CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } },
  Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas" },
};

function csvClassifier({ inputs, outputs: { name } }: Resource<"aws:glue/classifier:Classifier">): CsvClassifier {
  const { delimiter = ",", quoteSymbol = '"', ...others } = inputs.csvClassifier ?? {};
  only(`classifier ${name}`, "csvClassifier", others, {
    containsHeader: "PRESENT",
    serde: "OpenCSVSerDe",
    customDatatypeConfigured: true,
    customDatatypes: ["STRING"],
    allowSingleColumn: false,
    disableValueTrimming: true,
  });
  return { name, delimiter, quoteSymbol };
}
