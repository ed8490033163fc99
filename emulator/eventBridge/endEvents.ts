// What EventBridge hears of the ends of crawls and queries, and hands on to queues.

import type { QueryExecution } from "../athena/queryExecutions";
import type { CrawlResult } from "../glue";
import type { Iam, Principal } from "../iam";
import type { Registered } from "../resources";
import type { Sqs } from "../sqs";
import { matchesPattern, type Pattern, readPattern } from "./pattern";

/** An event without what EventBridge adds to each. */
export interface EndEvent {
  source: string;
  "detail-type": string;
  detail: Record<string, unknown>;
}

/** EventBridge, as far as the ends of crawls and queries go. */
export interface EndEvents {
  /** Hands an event to the targets of the rules that it meets. @returns these rules' names */
  deliver(event: EndEvent): Promise<string[]>;
}

interface Rule {
  name: string;
  arn: string;
  pattern: Pattern;
  /** ARNs of queues. */
  targets: string[];
}

const sources = ["aws.glue", "aws.athena"];

/**
 * Reads the rules that are about Glue and Athena.
 *
 * @param options.iam each queue is asked at once whether it takes the rule's events
 */
export function createEndEvents(options: {
  resources: readonly Registered[];
  iam: Iam;
  sqs: Pick<Sqs, "send">;
  now: () => Date;
}): EndEvents {
  const { resources, iam, sqs, now } = options;
  const rules = readRules(resources);
  for (const rule of rules) {
    for (const target of rule.targets) iam.authorize(principalOf(rule, target), "sqs:SendMessage", target);
  }
  return {
    deliver: async (event) => {
      const met: string[] = [];
      for (const rule of rules) {
        const document = documentOf(event, rule.arn, now());
        if (!matchesPattern(rule.pattern, document)) continue;
        met.push(rule.name);
        for (const target of rule.targets) await sqs.send(principalOf(rule, target), target, JSON.stringify(document));
      }
      return met;
    },
  };
}

/** The event of a crawl's end, in Glue's form. */
export function crawlEnded({ crawler, error, partitionsAdded }: CrawlResult): EndEvent {
  const outcome =
    error === undefined
      ? { state: "Succeeded", message: "Crawler Succeeded", partitionsCreated: String(partitionsAdded.length) }
      : { state: "Failed", message: "Crawler Failed", errorMessage: error };
  return {
    source: "aws.glue",
    "detail-type": "Glue Crawler State Change",
    detail: { crawlerName: crawler, ...outcome },
  };
}

/** The event of a query's end, in Athena's form. */
export function queryEnded({ id, workgroup, error }: QueryExecution): EndEvent {
  return {
    source: "aws.athena",
    "detail-type": "Athena Query State Change",
    detail: {
      versionId: "0",
      currentState: error === undefined ? "SUCCEEDED" : "FAILED",
      previousState: "RUNNING",
      statementType: "DML",
      queryExecutionId: id,
      workgroupName: workgroup,
      sequenceNumber: "3",
    },
  };
}

function readRules(resources: readonly Registered[]): Rule[] {
  return resources.flatMap(({ type, name: logicalName, inputs, outputs }) => {
    if (type !== "aws:cloudwatch/eventRule:EventRule" || inputs.eventPattern == null) return [];
    const name = String(outputs.name);
    const pattern = readPattern(inputs.eventPattern, `${type} "${logicalName}"`);
    const { source } = pattern;
    if (!Array.isArray(source) || !source.some((one) => sources.includes(String(one)))) return [];
    const targets = resources
      .filter((one) => one.type === "aws:cloudwatch/eventTarget:EventTarget" && one.inputs.rule === name)
      .map((one) => String(one.inputs.arn));
    const other = targets.find((target) => target.split(":")[2] !== "sqs");
    if (other !== undefined)
      throw new Error(`${type} "${logicalName}": target ${other} is not modelled by the local run`);
    return [{ name, arn: String(outputs.arn), pattern, targets }];
  });
}

function principalOf({ arn }: Rule, target: string): Principal {
  return {
    kind: "service",
    service: "events.amazonaws.com",
    sourceArn: arn,
    sourceAccount: target.split(":")[4] ?? "",
  };
}

function documentOf({ detail, ...event }: EndEvent, ruleArn: string, time: Date): object {
  const [, , , region, account] = ruleArn.split(":");
  const whose = event.source === "aws.glue" ? { accountId: account } : {};
  return {
    version: "0",
    id: crypto.randomUUID(),
    ...event,
    account,
    time: time.toISOString(),
    region,
    resources: [],
    detail: { ...detail, ...whose },
  };
}
