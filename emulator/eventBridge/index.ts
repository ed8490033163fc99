import { randomUUID } from "node:crypto";
import { localAccount, localRegion } from "../awsOutputs";
import type { Iam, Principal } from "../iam";
import { isObject, notModelled, ofType, parseJson, type Registered, refuseOthers, titleOf } from "../resources";

/** An event without the fields that EventBridge adds. */
export interface ServiceEvent {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: object;
  /** Identifies the event over all deliveries. @default a new one */
  readonly id?: string;
  /** ARNs. @default none */
  readonly resources?: readonly string[];
}

export interface Delivery {
  readonly arn: string;
  readonly service: "lambda" | "sqs";
  /** The principal that delivers it, as checked against the target's policy. */
  readonly principal: Principal;
  readonly event: object;
  readonly id: string;
}

const actions = { lambda: "lambda:InvokeFunction", sqs: "sqs:SendMessage" } as const;

/**
 * The default event bus, with the rules that the program declares and their targets.
 * @param iam checks at once that each target accepts the rule's events
 * @throws one line, for a rule or target that AWS would refuse or that is not modelled
 */
export function createEventBridge(resources: readonly Registered[], iam: Iam) {
  const targets = ofType(resources, "aws:cloudwatch/eventTarget:EventTarget").map((target) => {
    refuseOthers(target, ["rule", "arn", "targetId", "deadLetterConfig"]);
    return target;
  });
  const rules = ofType(resources, "aws:cloudwatch/eventRule:EventRule").map((rule) => {
    refuseOthers(rule, ["eventPattern"]);
    const { name, arn } = rule.outputs;
    const { eventPattern } = rule.inputs;
    const matches = readPattern(parseJson(String(eventPattern)) ?? eventPattern, `${titleOf(rule)}: eventPattern`);
    const own = targets.filter(({ inputs }) => inputs.rule === name).map((target) => targetOf(target, arn));
    for (const one of own) iam.authorize(one.principal, actions[one.service], one.arn);
    return { name, matches, targets: own };
  });
  return {
    /** The deliveries of an event at a time, for each rule that it matches. */
    meet: ({ id = randomUUID(), resources: about = [], ...event }: ServiceEvent, time: Date) =>
      rules.flatMap((rule) => {
        const place = { account: localAccount, time: time.toISOString().replace(/\.\d+Z$/, "Z"), region: localRegion };
        const document = { version: "0", id, ...place, ...event, resources: about };
        if (!rule.matches(document)) return [];
        const deliveries: Delivery[] = rule.targets.map((target) => ({
          ...target,
          event: document,
          id: `${id} ${rule.name}`,
        }));
        return [{ rule: rule.name, deliveries }];
      }),
  };
}

function targetOf(target: Registered, ruleArn: string): Pick<Delivery, "arn" | "service" | "principal"> {
  const arn = String(target.inputs.arn);
  const [, , service] = arn.split(":");
  if (service !== "lambda" && service !== "sqs") {
    throw notModelled(target, `target ${arn}`);
  }
  const source = { service: "events.amazonaws.com", sourceArn: ruleArn, sourceAccount: localAccount };
  return { arn, service, principal: { kind: "service", ...source } };
}

type Test = (value: unknown) => boolean;

/**
 * A rule's pattern as a test of events: each field has one of the accepted values, or matches a nested pattern.
 * @throws one line for an operator other than `prefix`
 */
function readPattern(pattern: unknown, at: string): Test {
  if (!isObject(pattern)) throw new Error(`${at}: expected an object, got ${JSON.stringify(pattern)}`);
  const fields = Object.entries(pattern).map(([field, wanted]): Test => {
    const test = Array.isArray(wanted) ? anyOf(wanted, field, at) : readPattern(wanted, at);
    return (event) => test(isObject(event) ? event[field] : undefined);
  });
  return (event) => fields.every((test) => test(event));
}

function anyOf(wanted: readonly unknown[], field: string, at: string): Test {
  const tests = wanted.map((matcher): Test => {
    if (!isObject(matcher)) return (value) => value === matcher;
    const { prefix, ...others } = matcher;
    if (field === "$or" || typeof prefix !== "string" || Object.keys(others).length > 0) {
      const what = `${field} ${JSON.stringify(matcher)}`;
      throw new Error(`${at}: ${what} is not evaluated by the local run, which knows values and "prefix"`);
    }
    return (value) => typeof value === "string" && value.startsWith(prefix);
  });
  return (value) => [value].flat().some((entry) => tests.some((test) => test(entry)));
}
