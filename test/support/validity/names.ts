/** Names, given or automatic: Pulumi adds a dash and seven characters to automatic ones. */
import { design, engine, later, matching, preview, type Rule, valueRule } from "./rule";

const added = "-1234567";

interface NameLimit {
  /** The property that holds the name. */
  property: string;
  maxLength: number;
  pattern: RegExp;
  refused: Rule["refused"];
  source: string;
  /** A name that is short enough but has an invalid character. */
  badCharacters: string;
}

const words = /^[\w-]+$/;
const dotted = /^[\w.-]+$/;
const limits: { readonly [type: string]: NameLimit } = {
  Bucket: {
    property: "bucket",
    maxLength: 63,
    pattern: /^[a-z0-9][a-z0-9.-]+[a-z0-9]$/,
    refused: "later",
    source: engine,
    badCharacters: "Upper",
  },
  Role: limit("name", 64, /^[\w+=,.@-]+$/, "preview", engine, "a b"),
  RolePolicy: limit("name", 128, /^[\w+=,.@-]+$/, "preview", engine, "a b"),
  Function: limit("name", 64, words, "preview", design, "a.b"),
  Queue: limit("name", 80, words, "preview", design, "a.b"),
  Topic: limit("name", 256, words, "preview", design, "a.b"),
  LogGroup: limit("name", 512, /^[\w./#-]+$/, "preview", design, "a b"),
  EventRule: limit("name", 64, dotted, "preview", design, "a b"),
  Schedule: limit("name", 64, dotted, "preview", design, "a b"),
  Parameter: limit("name", 1011, /^(?!aws|ssm)[\w/.-]+$/i, "later", "SSM, PutParameter", "a b"),
  Crawler: limit("name", 255, /^[^\r\n]+$/, "preview", "Glue, CreateCrawler", "a\nb"),
  Classifier: limit("name", 255, /^[^\r\n]+$/, "preview", "Glue, CsvClassifier", "a\nb"),
  Workgroup: limit("name", 128, dotted, "preview", "Athena, CreateWorkGroup", "a b"),
  MetricAlarm: limit("name", 255, /^[ -~]+$/, "preview", "CloudWatch, PutMetricAlarm", "a\nb"),
  CompositeAlarm: limit("alarmName", 255, /^[ -~]+$/, "preview", "CloudWatch, PutCompositeAlarm", "a\nb"),
  Permission: limit("statementId", 100, words, "preview", "Lambda, AddPermission", "a.b"),
  NamedQuery: limit("name", 128, /^[^\r\n]+$/, "later", "Athena, CreateNamedQuery", "a\nb"),
  Dashboard: limit("dashboardName", 255, words, "preview", engine, "a b"),
  Trail: {
    property: "name",
    maxLength: 128,
    pattern: /^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$/,
    refused: "later",
    source: "CloudTrail, naming requirements",
    badCharacters: "a--b",
  },
};

function limit(
  property: string,
  maxLength: number,
  pattern: RegExp,
  refused: Rule["refused"],
  source: string,
  badCharacters: string,
): NameLimit {
  return { property, maxLength, pattern, refused, source, badCharacters };
}

function nameRule(type: string, { property, maxLength, pattern, refused, source, badCharacters }: NameLimit): Rule {
  return {
    type,
    what: `${property}: at most ${maxLength} characters, ${added.length} of them Pulumi's, all of ${pattern}`,
    refused,
    source,
    faults: ({ name, inputs }) => {
      const physical = (inputs[property] as string | undefined) ?? `${name}${added}`;
      return physical.length <= maxLength && pattern.test(physical) ? [] : [physical];
    },
    bad: [
      { name: "a".repeat(maxLength - added.length + 1), inputs: {} },
      { name: "given", inputs: { [property]: "a".repeat(maxLength + 1) } },
      { name: badCharacters, inputs: {} },
    ],
  };
}

const glueName = matching(/^[a-z0-9_]{1,255}$/);

export const nameRules: Rule[] = [
  ...Object.entries(limits).map(([type, limit]) => nameRule(type, limit)),
  {
    type: "CatalogDatabase",
    what: "name: given by hand, as Athena takes it: an automatic one has a dash",
    refused: "later",
    source: engine,
    faults: ({ inputs }) => (glueName(inputs.name) ? [] : [inputs.name]),
    bad: [{ inputs: {} }, { inputs: { name: "a-b" } }, { inputs: { name: "A" } }],
  },
  {
    type: "PreparedStatement",
    what: "name: no dash",
    refused: "preview",
    source: engine,
    faults: ({ inputs }) => (matching(/^\w{1,256}$/)(inputs.name) ? [] : [inputs.name]),
    bad: [{ inputs: { name: "a-b" } }],
  },
  valueRule("CatalogTable name", "as Athena takes it", preview("Glue, TableInput; Athena's names"), glueName, ["a-b"]),
  valueRule("CatalogTable databaseName", "as Athena takes it", later(engine), glueName, ["a-b"]),
  valueRule(
    "CatalogTable storageDescriptor.columns.*.name",
    "as Athena takes it",
    later("Athena and Hive: OpenCSVSerde, names and types"),
    glueName,
    ["trackName"],
  ),
];

/** The longest description that a service accepts. */
const descriptions: { readonly [type: string]: number } = {
  Function: 256,
  Secret: 2048,
  Schedule: 512,
  EventRule: 512,
  Crawler: 2048,
  Workgroup: 1024,
  NamedQuery: 1024,
  CatalogTable: 2048,
  CatalogDatabase: 2048,
};

export const descriptionRules: Rule[] = Object.entries(descriptions).map(([type, maxLength]) =>
  valueRule(
    `${type} description`,
    `at most ${maxLength} characters`,
    preview("each service's Create call"),
    (text: string) => text.length <= maxLength,
    ["x".repeat(maxLength + 1)],
  ),
);
