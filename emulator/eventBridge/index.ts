import { randomUUID } from "node:crypto";
import type { Iam, Principal } from "../iam";
import { ofType, type Registered, refuseOthers } from "../resources";
import { matchesPattern, readPattern } from "./pattern";

/** An event without what EventBridge adds to each. */
export interface ServiceEvent {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: object;
  /** Names the event, however often it is delivered. @default a new one */
  readonly id?: string;
  /** ARNs. @default none */
  readonly resources?: readonly string[];
}

/** An event on its way to a target. */
export interface Delivery {
  readonly arn: string;
  /** The target's service. */
  readonly service: "lambda" | "sqs";
  /** Who hands it over; what the target's policy is asked about. */
  readonly principal: Principal;
  readonly event: object;
  /** Names this delivery and no other. */
  readonly id: string;
}

/** The default event bus, with the rules that the program declares. */
export interface EventBridge {
  /** What an event does at a time, for each rule that it meets. */
  meet(event: ServiceEvent, time: Date): { rule: string; deliveries: Delivery[] }[];
}

const actions = { lambda: "lambda:InvokeFunction", sqs: "sqs:SendMessage" } as const;

/**
 * Reads the program's rules and their targets.
 * @param iam each target is asked at once whether it takes the rule's events
 * @throws one line, for what AWS would refuse and for what is not modelled
 */
export function createEventBridge(resources: readonly Registered[], iam: Iam): EventBridge {
  const targets = ofType(resources, "aws:cloudwatch/eventTarget:EventTarget").map((target) => {
    refuseOthers(target, ["rule", "arn", "targetId", "deadLetterConfig"]);
    return target;
  });
  const rules = ofType(resources, "aws:cloudwatch/eventRule:EventRule").map((rule) => {
    refuseOthers(rule, ["eventPattern"]);
    const { name, arn } = rule.outputs;
    const pattern = readPattern(rule.inputs.eventPattern, `${rule.type} "${rule.name}"`);
    const own = targets.filter(({ inputs }) => inputs.rule === name).map((target) => targetOf(target, arn));
    for (const one of own) iam.authorize(one.principal, actions[one.service], one.arn);
    return { name, arn, pattern, targets: own };
  });
  return {
    meet: ({ id = randomUUID(), resources: about = [], ...event }, time) =>
      rules.flatMap((rule) => {
        const [, , , region, account] = rule.arn.split(":");
        const envelope = { version: "0", id, account, time: time.toISOString().replace(/\.\d+Z$/, "Z"), region };
        const document = { ...envelope, ...event, resources: about };
        if (!matchesPattern(rule.pattern, document)) return [];
        const deliveries = rule.targets.map((target) => ({ ...target, event: document, id: `${id} ${rule.name}` }));
        return [{ rule: rule.name, deliveries }];
      }),
  };
}

function targetOf(
  { type, name, inputs }: Registered,
  ruleArn: string,
): Pick<Delivery, "arn" | "service" | "principal"> {
  const arn = String(inputs.arn);
  const [, , service, , sourceAccount = ""] = arn.split(":");
  if (service !== "lambda" && service !== "sqs") {
    throw new Error(`${type} "${name}": target ${arn} is not modelled by the local run`);
  }
  const principal = { kind: "service", service: "events.amazonaws.com", sourceArn: ruleArn, sourceAccount } as const;
  return { arn, service, principal };
}
