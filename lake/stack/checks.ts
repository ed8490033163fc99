// The checks of `playlake doctor` in a stack, apart from its data: consent, schedules, trigger, crawl, alarms.
import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { GetScheduleCommandOutput } from "@aws-sdk/client-scheduler";
import { longestPeriodMinutes } from "../../schedule/schedules";
import { readConsent } from "../../spotify/consent";
import { rawPrefix } from "../../transforms/keys";
import type { Check, Finding } from "../index";
import { parametersOf } from "../tokenStore";
import type { Stack } from "./stack";

/** A stack's checks, in the order of the data flow. */
export function stackChecks(stack: Stack): Check[] {
  const { crawler, schedules } = stack.outputs;
  const { crawl } = schedules;
  return [
    { what: "credentials", find: () => checkApp(stack) },
    { what: "consent", find: () => checkConsent(stack) },
    { what: "schedules", find: () => checkSchedules(stack) },
    { what: "trigger", find: () => checkTrigger(stack) },
    ...(crawler === undefined || crawl === undefined
      ? []
      : [{ what: "crawl", find: () => checkCrawl(stack, crawler, crawl) }]),
    { what: "alarms", find: () => checkAlarms(stack) },
  ];
}

async function checkApp(stack: Stack): Promise<Finding> {
  await parametersOf(stack).readApp();
  return { found: "the app's id and secret are stored" };
}

async function checkConsent(stack: Stack): Promise<Finding> {
  const login = `npx playlake login --stack ${stack.name}`;
  const token = await parametersOf(stack).token.read();
  if (token === undefined) {
    return { found: "nobody has logged in: only public playlists can be read", advice: login };
  }
  const consent = readConsent(token.consentedAt, Date.now());
  if (consent === undefined) return { found: "a token is stored; its end is not known" };
  const found = `the consent of ${consent.consentedAt.slice(0, 10)} ends on ${consent.endsAt.slice(0, 10)}`;
  return consent.isEnding ? { found, advice: login } : { found };
}

/** A schedule as Scheduler has it; undefined if it is gone. */
async function readSchedule({ clients }: Stack, Name: string): Promise<GetScheduleCommandOutput | undefined> {
  const { sdk, client } = clients.scheduler();
  try {
    return await client.send(new sdk.GetScheduleCommand({ Name }));
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

async function checkSchedules(stack: Stack): Promise<Finding> {
  const { schedules, digest } = stack.outputs;
  const names = [schedules.run, schedules.crawl, schedules.compact, digest?.scheduleName].filter(
    (name) => name !== undefined,
  );
  const found = await Promise.all(names.map((name) => readSchedule(stack, name)));
  const missing = names.filter((_, i) => found[i] === undefined);
  const off = names.filter((_, i) => found[i] !== undefined && found[i].State !== "ENABLED");
  if (missing.length + off.length === 0) {
    return { found: `${names.join(", ")} ${names.length === 1 ? "is" : "are"} enabled` };
  }
  const faults = [
    ...(off.length > 0 ? [`disabled: ${off.join(", ")}`] : []),
    ...(missing.length > 0 ? [`missing: ${missing.join(", ")}`] : []),
  ];
  const advice = missing.length > 0 ? "run pulumi up --refresh" : "enable them, or run pulumi up --refresh";
  return { found: faults.join("; "), advice };
}

async function checkTrigger(stack: Stack): Promise<Finding> {
  const { sdk, client } = stack.clients.s3();
  const Bucket = stack.outputs.rawBucket;
  const answer = await client.send(new sdk.GetBucketNotificationConfigurationCommand({ Bucket }));
  const direct = (answer.LambdaFunctionConfigurations ?? []).find(
    ({ LambdaFunctionArn = "", Filter }) =>
      LambdaFunctionArn.endsWith(`:${stack.outputs.transformFunction}`) &&
      (Filter?.Key?.FilterRules ?? []).some(
        ({ Name, Value }) => Name?.toLowerCase() === "prefix" && Value === rawPrefix,
      ),
  );
  if (direct !== undefined) return { found: `${Bucket} invokes ${stack.outputs.transformFunction}` };
  if (answer.EventBridgeConfiguration !== undefined) return checkRules(stack);
  const advice = "run pulumi up --refresh; on your own bucket, turn EventBridge on";
  return { found: `${Bucket} sends no events: what is stored is never transformed`, advice };
}

/** Checks the rules that pass the raw bucket's events to the transformer. */
async function checkRules({ clients, outputs }: Stack): Promise<Finding> {
  const { rawBucket, transformFunction } = outputs;
  const lambda = clients.lambda();
  const asked = new lambda.sdk.GetFunctionConfigurationCommand({ FunctionName: transformFunction });
  const { FunctionArn: TargetArn } = await lambda.client.send(asked);
  const { sdk, client } = clients.eventbridge();
  const { RuleNames = [] } = await client.send(new sdk.ListRuleNamesByTargetCommand({ TargetArn }));
  const rules = await Promise.all(RuleNames.map((Name) => client.send(new sdk.DescribeRuleCommand({ Name }))));
  const of = rules.filter(({ EventPattern = "" }) => EventPattern.includes(JSON.stringify(rawBucket)));
  const sends = `${rawBucket} sends its events to EventBridge`;
  if (of.length === 0) {
    const found = `${sends}, and no rule passes them to ${transformFunction}: what is stored is never transformed`;
    return { found, advice: "run pulumi up --refresh" };
  }
  const names = of.map(({ Name }) => Name).join(", ");
  if (of.some(({ State }) => State === "ENABLED")) return { found: `${sends}, and ${names} passes them on` };
  const found = `${sends}, but the rule ${names} is disabled: what is stored is never transformed`;
  return { found, advice: "enable it, or run pulumi up --refresh" };
}

const dayMs = 24 * 60 * 60 * 1000;

/** Checks that the last crawl is not older than two of its schedule's periods. No alarm can look back so far. */
async function checkCrawl(stack: Stack, crawler: string, scheduleName: string): Promise<Finding> {
  const { sdk, client } = stack.clients.glue();
  const { Crawler } = await client.send(new sdk.GetCrawlerCommand({ Name: crawler }));
  const { StartTime, Status, ErrorMessage } = Crawler?.LastCrawl ?? {};
  const advice = `see the schedules, then npx playlake crawl --stack ${stack.name}`;
  if (Status === "FAILED") {
    const reason = ErrorMessage?.split("\n")[0] ?? "without a reason";
    return { found: `the last crawl of ${crawler} failed: ${reason}`, advice };
  }
  const { ScheduleExpression = "", CreationDate } = (await readSchedule(stack, scheduleName)) ?? {};
  // A rate's last fire, and a crawler without a schedule, say nothing.
  const periodMs =
    ScheduleExpression === "" ? Number.POSITIVE_INFINITY : longestPeriodMinutes(ScheduleExpression) * 60_000;
  const since = StartTime ?? CreationDate;
  const last =
    StartTime === undefined
      ? `${crawler} has not run`
      : `${crawler} last ran on ${StartTime.toISOString().slice(0, 10)}`;
  if (since === undefined || Date.now() - since.getTime() <= 2 * periodMs) return { found: last };
  const days = Math.round((periodMs / dayMs) * 10) / 10;
  return { found: `${last}, though it is due every ${days === 1 ? "day" : `${days} days`}`, advice };
}

/** Alarms on silence fire as INSUFFICIENT_DATA. A new alarm begins in that state, before any success. */
function isFiring({ AlarmName = "", StateValue, StateReason = "", ActionsEnabled }: MetricAlarm): boolean {
  if (StateValue === "ALARM") return true;
  const isSilence = AlarmName.endsWith("-overdue") && ActionsEnabled !== false;
  return isSilence && StateValue === "INSUFFICIENT_DATA" && !StateReason.startsWith("Unchecked");
}

async function checkAlarms({ clients, outputs }: Stack): Promise<Finding> {
  const { sdk, client } = clients.cloudwatch();
  const prefix = outputs.extractFunction.slice(0, outputs.extractFunction.lastIndexOf("-extract"));
  const answer = await client.send(
    new sdk.DescribeAlarmsCommand({ AlarmNamePrefix: `${prefix}-alarm-`, AlarmTypes: ["MetricAlarm"] }),
  );
  const all = answer.MetricAlarms ?? [];
  if (all.length === 0) {
    return { found: `no alarm begins with ${prefix}-alarm-`, advice: "run pulumi up --refresh" };
  }
  const firing = all.filter(isFiring).map(({ AlarmName }) => AlarmName);
  if (firing.length === 0) return { found: `none of ${all.length} alarms fires` };
  const advice = "docs/operations.md explains each alarm";
  return { found: `firing: ${firing.join(", ")}`, advice };
}
