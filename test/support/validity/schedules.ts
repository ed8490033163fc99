/** EventBridge Scheduler's schedules and EventBridge's rules. */
import { among, design, engine, isJsonObject, later, matching, preview, type Rule, valueRule, whole } from "./rule";

const zones = new Set([...Intl.supportedValuesOf("timeZone"), "UTC"]);

/** Scheduler's grammar, independent of the components' parser: fields, their number, one question mark. */
export function isScheduleExpression(text: string): boolean {
  const rate = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(text);
  if (rate !== null) return (rate[1] === "1") === (rate[3] === "");
  if (/^at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)$/.test(text)) return true;
  const fields = /^cron\(([^()]*)\)$/.exec(text)?.[1]?.split(" ") ?? [];
  const [minutes = "", hours = "", dayOfMonth = "", month = "", dayOfWeek = "", year = ""] = fields;
  return (
    fields.length === 6 &&
    /^[\d,*/-]+$/.test(minutes) &&
    /^[\d,*/-]+$/.test(hours) &&
    /^[\d,*/?LW-]+$/.test(dayOfMonth) &&
    /^[\dA-Z,*/-]+$/i.test(month) &&
    /^[\dA-Z,*/?#-]+$/i.test(dayOfWeek) &&
    /^[\d,*/-]+$/.test(year) &&
    (dayOfMonth === "?") !== (dayOfWeek === "?")
  );
}

const window = ({ mode, maximumWindowInMinutes }: { mode: string; maximumWindowInMinutes?: number }) =>
  mode === "OFF"
    ? maximumWindowInMinutes === undefined
    : mode === "FLEXIBLE" && whole(1, 1440)(maximumWindowInMinutes ?? 0);

export const scheduleRules: Rule[] = [
  valueRule("Schedule scheduleExpression", "Scheduler's grammar", later(design), isScheduleExpression, [
    "cron(0 6 * * *)",
    "cron(0 6 * * * *)",
    "rate(1 hours)",
    "rate(2 hour)",
    "daily",
  ]),
  valueRule(
    "Schedule scheduleExpressionTimezone",
    "in the IANA database",
    later(design),
    (zone: string) => zones.has(zone),
    ["Europe/Atlantis", "europe/berlin"],
  ),
  {
    type: "Schedule",
    what: "flexibleTimeWindow: set; FLEXIBLE with minutes",
    refused: "later",
    source: engine,
    faults: ({ inputs }) => {
      const given = inputs.flexibleTimeWindow as Parameters<typeof window>[0] | undefined;
      return given !== undefined && window(given) ? [] : [given];
    },
    bad: [{ inputs: {} }, { inputs: { flexibleTimeWindow: { mode: "FLEXIBLE" } } }],
  },
  valueRule("Schedule state", "a known one", preview("Scheduler"), among(["ENABLED", "DISABLED"]), ["enabled"]),
  valueRule(
    "Schedule target.arn",
    "a function's ARN, or a universal target in lower camel case",
    later(design),
    matching(/^arn:[\w-]+:(lambda:[\w-]+:\d{12}:function:[\w-]+|scheduler:::aws-sdk:[a-z0-9]+:[a-z][A-Za-z0-9]+)$/),
    ["arn:aws:scheduler:::aws-sdk:glue:StartCrawler", "arn:aws:glue:us-east-1:123456789012:crawler/a"],
  ),
  valueRule("Schedule target.roleArn", "a role's ARN", later(design), matching(/^arn:[\w-]+:iam::\d{12}:role\/.+$/), [
    "my-role",
  ]),
  valueRule(
    "Schedule target.deadLetterConfig.arn",
    "a queue's ARN",
    later(design),
    matching(/^arn:[\w-]+:sqs:[\w-]+:\d{12}:[\w-]+$/),
    ["https://sqs.us-east-1.amazonaws.com/123456789012/failures"],
  ),
  valueRule("Schedule target.input", "JSON", later("Scheduler, universal targets"), isJsonObject, ["{Name: a}"]),
  valueRule("Schedule target.retryPolicy.maximumRetryAttempts", "0 to 185", preview(design), whole(0, 185), [186]),
  valueRule(
    "Schedule target.retryPolicy.maximumEventAgeInSeconds",
    "60 to 86400",
    preview(design),
    whole(60, 86400),
    [59, 86401],
  ),
  valueRule("EventRule eventPattern", "JSON", preview("EventBridge, PutRule"), isJsonObject, ["{source: []}", "[]"]),
];
