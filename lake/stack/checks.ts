// The checks of `playlake doctor` in a stack, apart from its data: consent, trigger, schedules, alarms.
import { makeParameterStore } from "../../components/callbacks/parameterStore";
import { readConsent } from "../../spotify/consent";
import { rawPrefix } from "../../transforms/keys";
import type { Check } from "../index";
import { parameterName } from "../tokenStore";
import { loadSdk } from "./clients";
import type { Stack } from "./stack";

/** A stack's checks, in the order of the data flow. */
export function stackChecks(stack: Stack): Check[] {
  return [
    { what: "credentials", find: () => checkApp(stack) },
    { what: "consent", find: () => checkConsent(stack) },
    { what: "schedules", find: () => checkSchedules(stack) },
    { what: "trigger", find: () => checkTrigger(stack) },
    { what: "alarms", find: () => checkAlarms(stack) },
  ];
}

function parametersOf({ clients, outputs }: Stack) {
  const { sdk, client } = clients.ssm();
  const names = { app: parameterName(outputs.appParameterArn), token: parameterName(outputs.tokenParameterArn) };
  return makeParameterStore(sdk, client, names);
}

async function checkApp(stack: Stack): ReturnType<Check["find"]> {
  await parametersOf(stack).readApp();
  return { isGood: true, found: "the app's id and secret are stored" };
}

async function checkConsent(stack: Stack): ReturnType<Check["find"]> {
  const login = `npx playlake login --stack ${stack.name}`;
  const token = await parametersOf(stack).token.read();
  if (token === undefined) {
    return { isGood: false, found: "nobody has logged in: only public playlists can be read", advice: login };
  }
  const consent = readConsent(token.consentedAt, Date.now());
  if (consent === undefined) return { isGood: true, found: "a token is stored; its end is not known" };
  const found = `the consent of ${consent.consentedAt.slice(0, 10)} ends on ${consent.endsAt.slice(0, 10)}`;
  return consent.isEnding ? { isGood: false, found, advice: login } : { isGood: true, found };
}

/** The parts we use of the SDK's Scheduler client. */
interface SchedulerSdk {
  SchedulerClient: new (config: { region: string }) => AnyClient;
  GetScheduleCommand: new (input: { Name: string }) => object;
}
interface AnyClient {
  send(command: object): Promise<unknown>;
  destroy(): void;
}

async function checkSchedules({ outputs, region }: Stack): ReturnType<Check["find"]> {
  const sdk = loadSdk<SchedulerSdk>("@aws-sdk/client-scheduler");
  const client = new sdk.SchedulerClient({ region });
  try {
    const { run, crawl, compact } = outputs.schedules;
    const names = [run, crawl, compact].filter((name) => name !== undefined);
    const states = await Promise.all(
      names.map(async (Name) => (await client.send(new sdk.GetScheduleCommand({ Name }))) as { State?: string }),
    );
    const off = names.filter((_, i) => states[i]?.State !== "ENABLED");
    if (off.length === 0) return { isGood: true, found: `${names.join(", ")} are enabled` };
    return { isGood: false, found: `disabled: ${off.join(", ")}`, advice: "enable them, or run pulumi up" };
  } finally {
    client.destroy();
  }
}

async function checkTrigger({ clients, outputs }: Stack): ReturnType<Check["find"]> {
  const { sdk, client } = clients.s3();
  const Bucket = outputs.rawBucket;
  const answer = await client.send(new sdk.GetBucketNotificationConfigurationCommand({ Bucket }));
  if (answer.EventBridgeConfiguration !== undefined)
    return { isGood: true, found: `${Bucket} sends its events to EventBridge` };
  const direct = (answer.LambdaFunctionConfigurations ?? []).find(
    ({ LambdaFunctionArn = "", Filter }) =>
      LambdaFunctionArn.endsWith(`:${outputs.transformFunction}`) &&
      (Filter?.Key?.FilterRules ?? []).some(
        ({ Name, Value }) => Name?.toLowerCase() === "prefix" && Value === rawPrefix,
      ),
  );
  if (direct !== undefined) return { isGood: true, found: `${Bucket} invokes ${outputs.transformFunction}` };
  const advice = "run pulumi up; on your own bucket, turn EventBridge on";
  return { isGood: false, found: `${Bucket} sends no events: what is stored is never transformed`, advice };
}

/** The parts we use of the SDK's CloudWatch client. */
interface CloudWatchSdk {
  CloudWatchClient: new (config: { region: string }) => AnyClient;
  DescribeAlarmsCommand: new (input: { AlarmNamePrefix: string; AlarmTypes: string[] }) => object;
}
interface Alarm {
  readonly AlarmName?: string;
  readonly StateValue?: string;
}

async function checkAlarms({ outputs, region }: Stack): ReturnType<Check["find"]> {
  const sdk = loadSdk<CloudWatchSdk>("@aws-sdk/client-cloudwatch");
  const client = new sdk.CloudWatchClient({ region });
  try {
    const [AlarmNamePrefix = ""] = outputs.extractFunction.split("-extract");
    const AlarmTypes = ["MetricAlarm", "CompositeAlarm"];
    const answer = await client.send(new sdk.DescribeAlarmsCommand({ AlarmNamePrefix, AlarmTypes }));
    const { MetricAlarms = [], CompositeAlarms = [] } = answer as Record<string, Alarm[] | undefined>;
    const all = [...MetricAlarms, ...CompositeAlarms];
    const firing = all.filter(({ StateValue }) => StateValue === "ALARM").map(({ AlarmName }) => AlarmName);
    if (firing.length === 0) return { isGood: true, found: `none of ${all.length} alarms fires` };
    const advice = "docs/operations.md explains each alarm";
    return { isGood: false, found: `firing: ${firing.join(", ")}`, advice };
  } finally {
    client.destroy();
  }
}
