/** Tables, classifiers, crawler, workgroup. */
import {
  among,
  at,
  design,
  engine,
  inputsRule,
  isJsonObject,
  later,
  matching,
  preview,
  type Rule,
  valueRule,
  whole,
} from "./rule";

const areTexts = (parameters: object) => Object.values(parameters).every((value) => typeof value === "string");
const datatypes = "BINARY BOOLEAN DATE DECIMAL DOUBLE FLOAT INT LONG SHORT STRING TIMESTAMP".split(" ");
const hiveTypes = "string int bigint double boolean date timestamp".split(" ");
const icebergTypes = "string int long double boolean date timestamp".split(" ");
const optimizerKeys: Readonly<Record<string, string>> = {
  compaction: "compactionConfiguration",
  retention: "retentionConfiguration",
  orphan_file_deletion: "orphanFileDeletionConfiguration",
};
const csv = "Athena and Hive: OpenCSVSerde, names and types";

export const catalogRules: Rule[] = [
  valueRule("CatalogTable parameters", "texts", preview(design), areTexts, [{ "skip.header.line.count": 1 }]),
  valueRule("CatalogTable storageDescriptor.serDeInfo.parameters", "texts", preview(design), areTexts, [{ a: true }]),
  valueRule("CatalogTable tableType", "a known one", later(csv), among(["EXTERNAL_TABLE", "VIRTUAL_VIEW"]), ["VIEW"]),
  valueRule(
    "CatalogTable storageDescriptor.serDeInfo.serializationLibrary",
    "OpenCSVSerde as tables spell it; a dash in views",
    later(design),
    among(["org.apache.hadoop.hive.serde2.OpenCSVSerde", "-"]),
    ["org.apache.hadoop.hive.serde2.OpenCSVSerDe", ""],
  ),
  inputsRule(
    "CatalogTable",
    "its location is a folder; of Iceberg's, which puts the slash in itself, without",
    later("Athena: a location ends in a slash; Iceberg: paths are LOCATION/data and LOCATION/metadata"),
    ({ storageDescriptor, openTableFormatInput }) =>
      at(storageDescriptor, "location").every(matching(/^s3:\/\/[a-z0-9.-]+\/([^*?]+\/)?$/)) &&
      at(openTableFormatInput, "icebergInput.icebergTableInput.location").every(
        matching(/^s3:\/\/[a-z0-9.-]+(\/[^*?/]+)+$/),
      ),
    [
      { storageDescriptor: { location: "s3://lake/tracks" } },
      { storageDescriptor: { location: "s3://lake/*/" } },
      { openTableFormatInput: { icebergInput: { icebergTableInput: { location: "s3://copy/items/" } } } },
    ],
  ),
  inputsRule(
    "CatalogTable",
    "Iceberg's own input comes without the common one, which the provider does not send",
    later("AWS provider, CatalogTable: CreateTable with TableInput or with CreateIcebergTableInput"),
    ({ openTableFormatInput, storageDescriptor, tableType, description }) =>
      at(openTableFormatInput, "icebergInput.icebergTableInput").length === 0 ||
      [storageDescriptor, tableType, description].every((one) => one === undefined),
    [{ openTableFormatInput: { icebergInput: { icebergTableInput: {} } }, tableType: "EXTERNAL_TABLE" }],
  ),
  valueRule(
    "CatalogTable openTableFormatInput.icebergInput.icebergTableInput.schema.fields.*.type",
    "Iceberg's, as JSON",
    preview("AWS provider, CatalogTable"),
    among(icebergTypes.map((type) => JSON.stringify(type))),
    ["string", '"bigint"'],
  ),
  inputsRule(
    "CatalogTable",
    "a partition field names a field of the schema by its number",
    later("Glue, IcebergPartitionField"),
    ({ openTableFormatInput }) => {
      const ids = at(openTableFormatInput, "icebergInput.icebergTableInput.schema.fields.*.id");
      const sources = at(openTableFormatInput, "icebergInput.icebergTableInput.partitionSpec.fields.*.sourceId");
      return sources.every((id) => ids.includes(id));
    },
    [
      {
        openTableFormatInput: { icebergInput: { icebergTableInput: { partitionSpec: { fields: [{ sourceId: 0 }] } } } },
      },
    ],
  ),
  inputsRule(
    "CatalogTableOptimizer",
    "the configuration is of its type",
    later("Glue, CreateTableOptimizer"),
    ({ type, configuration }) => {
      const own = optimizerKeys[String(type)];
      const given = Object.keys(configuration as object).filter((key) => key.endsWith("Configuration"));
      return own !== undefined && given.every((key) => key === own) && given.length === 1;
    },
    [
      { type: "orphanFileDeletion", configuration: { orphanFileDeletionConfiguration: {} } },
      { type: "compaction", configuration: { retentionConfiguration: {} } },
    ],
  ),
  ...["retentionConfiguration", "orphanFileDeletionConfiguration"].map((key) =>
    valueRule(
      `CatalogTableOptimizer configuration.${key}.icebergConfiguration.runRateInHours`,
      "3 to 168",
      later("Glue, IcebergRetentionConfiguration"),
      whole(3, 168),
      [2, 169],
    ),
  ),
  valueRule("CatalogTable storageDescriptor.columns.*.type", "Hive's", later(csv), among(hiveTypes), ["varchar"]),
  inputsRule(
    "CatalogTable",
    "a view has both of its texts, Presto's mark, and a serializer",
    later(csv),
    ({ tableType, parameters, viewOriginalText, viewExpandedText, storageDescriptor }) =>
      tableType !== "VIRTUAL_VIEW" ||
      (matching(/^\/\* Presto View: [A-Za-z0-9+/]+=* \*\/$/)(viewOriginalText) &&
        viewExpandedText === "/* Presto View */" &&
        at(parameters, "presto_view")[0] === "true" &&
        at(storageDescriptor, "serDeInfo.serializationLibrary").length === 1),
    [{ tableType: "VIRTUAL_VIEW", viewOriginalText: "SELECT 1" }],
  ),
  valueRule("Classifier csvClassifier.customDatatypes.*", "in capitals", later(design), among(datatypes), ["string"]),
  valueRule(
    "Classifier csvClassifier.containsHeader",
    "a known one",
    preview(csv),
    among(["PRESENT", "ABSENT", "UNKNOWN"]),
    ["present"],
  ),
  valueRule(
    "Classifier csvClassifier.serde",
    "spelled as classifiers spell it",
    preview(design),
    among(["OpenCSVSerDe", "LazySimpleSerDe", "None"]),
    ["OpenCSVSerde"],
  ),
  inputsRule(
    "Classifier",
    "a data type for each header, or one; delimiter and quote differ",
    later(design),
    ({ csvClassifier }) => {
      const [headers = []] = at(csvClassifier, "headers") as string[][];
      const [customDatatypes = headers] = at(csvClassifier, "customDatatypes") as string[][];
      const [delimiter, quoteSymbol] = ["delimiter", "quoteSymbol"].map((key) => at(csvClassifier, key)[0]);
      return (headers.length || (customDatatypes.length && 1)) === customDatatypes.length && delimiter !== quoteSymbol;
    },
    [
      { csvClassifier: { headers: ["a", "b"], customDatatypes: ["STRING"], delimiter: ",", quoteSymbol: '"' } },
      { csvClassifier: { headers: ["a"], delimiter: '"', quoteSymbol: '"' } },
    ],
  ),
  inputsRule(
    "Crawler",
    "one kind of target; over the catalog with tables and deletes logged only",
    later(design),
    ({ catalogTargets, s3Targets, schemaChangePolicy }) => {
      if ((catalogTargets === undefined) === (s3Targets === undefined)) return false;
      if (catalogTargets === undefined) return true;
      const tables = at(catalogTargets, "*.tables") as string[][];
      return tables.every(({ length }) => length > 0) && at(schemaChangePolicy, "deleteBehavior")[0] === "LOG";
    },
    [
      {},
      { catalogTargets: [{ databaseName: "a", tables: [] }], schemaChangePolicy: { deleteBehavior: "LOG" } },
      { catalogTargets: [{ databaseName: "a", tables: ["b"] }] },
      { catalogTargets: [{ databaseName: "a", tables: ["b"] }], s3Targets: [{ path: "s3://lake" }] },
    ],
  ),
  inputsRule(
    "Crawler",
    "role and database are texts",
    preview(design),
    ({ role, databaseName }) => typeof role === "string" && typeof databaseName === "string",
    [{ role: { arn: "arn:aws:iam::123456789012:role/a" }, databaseName: "a" }],
  ),
  valueRule("Crawler schedule", "cron, never rate", later(design), matching(/^cron\(/), ["rate(1 day)"]),
  valueRule("Crawler configuration", "JSON", preview("Glue, CreateCrawler"), isJsonObject, ["Version: 1"]),
  ...["updateBehavior", "deleteBehavior"].map((key) =>
    valueRule(
      `Crawler schemaChangePolicy.${key}`,
      "a known one",
      preview("Glue, SchemaChangePolicy"),
      among(["LOG", `${key === "updateBehavior" ? "UPDATE" : "DEPRECATE"}_IN_DATABASE`, "DELETE_FROM_DATABASE"]),
      ["log"],
    ),
  ),
  valueRule(
    "Workgroup configuration.bytesScannedCutoffPerQuery",
    "at least 10485760",
    preview(engine),
    (bytes: number) => Number.isSafeInteger(bytes) && bytes >= 10_485_760,
    [10_485_759],
  ),
  valueRule(
    "Workgroup configuration.engineVersion.selectedEngineVersion",
    "the version's whole name",
    later(design),
    among(["Athena engine version 3", "AUTO"]),
    ["3"],
  ),
  valueRule(
    "Workgroup configuration.resultConfiguration.outputLocation",
    "a folder",
    later("Athena, CreateWorkGroup"),
    matching(/^s3:\/\/[a-z0-9.-]+\/(.+\/)?$/),
    ["lake-results"],
  ),
  valueRule(
    "Workgroup configuration.resultConfiguration.encryptionConfiguration.encryptionOption",
    "a known one",
    preview("Athena"),
    among(["SSE_S3", "SSE_KMS", "CSE_KMS"]),
    ["AES256"],
  ),
  valueRule(
    "NamedQuery query",
    "at most 262144 bytes, not empty",
    preview("Athena, CreateNamedQuery"),
    (sql: string) => sql.length > 0 && Buffer.byteLength(sql) <= 262144,
    ["", "x".repeat(262145)],
  ),
];
