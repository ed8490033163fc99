/** Policy documents, and ARNs in any input. */
import { engine, isJsonObject, preview, type Rule, type Subject } from "./rule";

interface Statement {
  Sid?: string;
  Effect: unknown;
  Action?: unknown;
  NotAction?: unknown;
  Resource?: unknown;
  Principal?: unknown;
}

/** The properties that hold policy documents, and the service's length limits, not counting blanks. */
export const documents: readonly {
  type: string;
  property: string;
  kind: "identity" | "resource" | "trust";
  maxLength: number;
}[] = [
  { type: "RolePolicy", property: "policy", kind: "identity", maxLength: 10240 },
  { type: "Policy", property: "policy", kind: "identity", maxLength: 6144 },
  { type: "Role", property: "assumeRolePolicy", kind: "trust", maxLength: 2048 },
  { type: "BucketPolicy", property: "policy", kind: "resource", maxLength: 20480 },
  { type: "QueuePolicy", property: "policy", kind: "resource", maxLength: 65536 },
  { type: "TopicPolicy", property: "policy", kind: "resource", maxLength: 30720 },
  { type: "Topic", property: "policy", kind: "resource", maxLength: 30720 },
];

/** The policy document in a resource's inputs, as an object or as JSON. */
export function documentIn(value: unknown): { Version?: string; Statement: Statement[] } | undefined {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (!isJsonObject(text)) return undefined;
  const { Statement, ...rest } = JSON.parse(text) as { Statement?: Statement | Statement[] };
  if (Statement === undefined) return undefined;
  return { ...rest, Statement: Array.isArray(Statement) ? Statement : [Statement] };
}

const isFilled = (value: unknown) =>
  Array.isArray(value) ? value.length > 0 : typeof value === "string" && value !== "";

function isStatement(statement: Statement, kind: string): boolean {
  const { Sid = "", Effect, Action, Resource, Principal } = statement;
  return (
    /^[A-Za-z0-9]*$/.test(Sid) &&
    (Effect === "Allow" || Effect === "Deny") &&
    [Action].flat().every((action) => /^([a-z0-9-]+:[A-Za-z*]+|\*)$/.test(`${action}`)) &&
    (kind === "trust" ? Resource === undefined : isFilled(Resource)) &&
    (kind === "identity" ? Principal === undefined : Principal !== undefined)
  );
}

function documentRule({ type, property, kind, maxLength }: (typeof documents)[number]): Rule {
  const good = {
    Effect: "Allow",
    Action: "s3:GetObject",
    ...(kind === "trust" ? {} : { Resource: "arn:aws:s3:::a/*" }),
  };
  const whom = kind === "identity" ? {} : { Principal: { Service: "s3.amazonaws.com" } };
  const bad = (statement: object) => ({ inputs: { [property]: { Version: "2012-10-17", Statement: [statement] } } });
  return {
    type,
    what: `${property}: a whole policy document of at most ${maxLength} characters`,
    refused: "preview",
    source: engine,
    faults: ({ inputs }) => {
      const value = inputs[property];
      if (value === undefined) return [];
      const document = documentIn(value);
      if (document?.Version !== "2012-10-17" || JSON.stringify(document).length > maxLength) return [value];
      const ids = document.Statement.flatMap(({ Sid }) => Sid ?? []);
      if (new Set(ids).size < ids.length) return ids;
      return document.Statement.filter((statement) => !isStatement(statement, kind));
    },
    bad: [
      { inputs: { [property]: "no JSON" } },
      { inputs: { [property]: { Version: "2012-10-17" } } },
      { inputs: { [property]: { Version: "2026-11-22", Statement: [{ ...good, ...whom }] } } },
      bad({ ...good, ...whom, Effect: "allow" }),
      bad({ ...good, ...whom, Sid: "with-dash" }),
      bad({ ...good, ...whom, Action: "GetObject" }),
      bad({ ...good, ...(kind === "identity" ? { Principal: "*" } : {}) }),
      bad({ ...good, ...whom, Sid: "x".repeat(maxLength) }),
    ],
  };
}

/** Every string in a value, except the sources in an archive. */
export function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object" || !isPlain(value) || "__pulumiArchive" in value) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...texts(inner)]);
}

function isPlain(value: object): boolean {
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

/** `arn:aws` at the start of a string, or inside one, as in JSON. */
function arnsIn(text: string): string[] {
  return text.match(/\barn:[^\s"',)]*/g) ?? [];
}

const arnFaults = ({ inputs, place }: Subject): string[] =>
  texts(inputs)
    .flatMap(arnsIn)
    .filter((arn) => {
      const [, partition, service = "", region = "", account = "", ...resource] = arn.split(":");
      return (
        partition !== place.partition ||
        !/^[a-z0-9-]+$/.test(service) ||
        (region !== "" && region !== place.region) ||
        !/^(\d{12})?$/.test(account) ||
        resource.join(":") === ""
      );
    });

const arnRule: Rule = {
  type: "*",
  what: "ARNs are whole, of the stack's partition and region",
  refused: "later",
  source: "IAM, Amazon Resource Names",
  faults: arnFaults,
  bad: [
    { inputs: { role: "arn:aws-cn:iam::123456789012:role/a" } },
    { inputs: { policy: { Statement: [{ Resource: ["arn:aws:sqs:eu-west-1:123456789012:a"] }] } } },
    { inputs: { arn: "arn:aws:lambda:us-east-1:123456789012" } },
    { inputs: { arn: "arn:aws:lambda:us-east-1:undefined:function:a" } },
    { inputs: { body: '{"arn":"arn:undefined:s3:::a"}' } },
  ],
};

const noUndefined: Rule = {
  type: "*",
  what: "no text was made of what is not known",
  refused: "later",
  source: "JavaScript",
  faults: ({ inputs }) =>
    texts(inputs).filter((text) => /\bundefined\b|\[object |Calling \[toString\]|\bNaN\b/.test(text)),
  bad: [{ inputs: { bucket: "undefined-raw" } }, { inputs: { arn: "Calling [toString] on an [Output<T>]" } }],
};

const pathRule: Rule = {
  type: "Role",
  what: "lets somebody in",
  ...preview("IAM, CreateRole"),
  faults: ({ inputs }) => (inputs.assumeRolePolicy === undefined ? [inputs] : []),
  bad: [{ inputs: {} }],
};

export const policyRules: Rule[] = [...documents.map(documentRule), arnRule, noUndefined, pathRule];
