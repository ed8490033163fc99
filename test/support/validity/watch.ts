/** Alarms, dashboard, topic. */
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
} from "./rule";

const isPeriod = (seconds: number) => [10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0);
const comparisons = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
];

export const watchRules: Rule[] = [
  ...["period", "metricQueries.*.metric.period"].map((path) =>
    valueRule(`MetricAlarm ${path}`, "10, 20, 30 or whole minutes", preview(engine), isPeriod, [45, 0]),
  ),
  valueRule(
    "MetricAlarm alarmDescription",
    "at most 1024 characters",
    preview("CloudWatch, PutMetricAlarm"),
    (text: string) => text.length <= 1024,
    ["x".repeat(1025)],
  ),
  valueRule("MetricAlarm comparisonOperator", "a known one", preview("CloudWatch"), among(comparisons), [
    "GreaterThan",
  ]),
  valueRule(
    "MetricAlarm statistic",
    "a known one",
    preview("CloudWatch"),
    among(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]),
    ["sum"],
  ),
  valueRule(
    "MetricAlarm treatMissingData",
    "spelled right",
    later(design),
    among(["missing", "ignore", "breaching", "notBreaching"]),
    ["notbreaching"],
  ),
  inputsRule(
    "MetricAlarm",
    "either a metric or queries",
    preview(design),
    (inputs) => {
      const single = ["metricName", "namespace", "period", "statistic", "extendedStatistic", "dimensions"];
      const given = single.filter((key) => inputs[key] !== undefined);
      return inputs.metricQueries === undefined
        ? ["metricName", "namespace", "period"].every((key) => given.includes(key))
        : given.length === 0;
    },
    [{ metricQueries: [], period: 60 }, { metricName: "Errors" }],
  ),
  inputsRule(
    "MetricAlarm",
    "one query returns data; ids begin with a small letter and are different",
    later(design),
    ({ metricQueries }) => {
      if (metricQueries === undefined) return true;
      const queries = metricQueries as { id: string; returnData?: boolean }[];
      return (
        queries.filter(({ returnData }) => returnData === true).length === 1 &&
        queries.every(({ id }) => /^[a-z]\w*$/.test(id)) &&
        new Set(queries.map(({ id }) => id)).size === queries.length
      );
    },
    [
      { metricQueries: [{ id: "Errors", returnData: true }] },
      { metricQueries: [{ id: "errors" }] },
      { metricQueries: [{ id: "a", returnData: true }, { id: "a" }] },
    ],
  ),
  inputsRule(
    "MetricAlarm",
    "not more datapoints than periods, and not over more than a day (a week with hourly periods)",
    later(design),
    ({ datapointsToAlarm = 1, evaluationPeriods, period, metricQueries }) => {
      const seconds = Math.max(...([period, ...at(metricQueries, "*.metric.period")].filter(Boolean) as number[]));
      const span = seconds * (evaluationPeriods as number);
      return (
        (datapointsToAlarm as number) <= (evaluationPeriods as number) && span <= 86400 * (seconds >= 3600 ? 7 : 1)
      );
    },
    [
      { datapointsToAlarm: 3, evaluationPeriods: 2, period: 60 },
      { evaluationPeriods: 25, period: 3599 },
      { evaluationPeriods: 8, period: 86400 },
    ],
  ),
  valueRule("MetricAlarm alarmActions.*", "an ARN", preview("CloudWatch"), matching(/^arn:[\w-]+:[\w-]+:/), ["topic"]),
  valueRule(
    "CompositeAlarm alarmRule",
    "at most 10240 characters, of alarms' states",
    preview("CloudWatch, PutCompositeAlarm"),
    (text: string) => text.length <= 10240 && /^[\s()]*(NOT |TRUE|FALSE|(ALARM|OK|INSUFFICIENT_DATA)\()/.test(text),
    ["", "errors > 1", `ALARM(${"x".repeat(10240)})`],
  ),
  valueRule("Dashboard dashboardBody", "JSON with widgets", preview("CloudWatch, PutDashboard"), hasWidgets, [
    "{}",
    "x",
  ]),
  valueRule(
    "TopicSubscription protocol",
    "a known one",
    preview("SNS, Subscribe"),
    among(["email", "email-json", "https", "http", "sqs", "lambda", "sms", "application", "firehose"]),
    ["mail"],
  ),
  inputsRule(
    "TopicSubscription",
    "an e-mail address for e-mail",
    later("SNS, Subscribe"),
    ({ protocol, endpoint }) => protocol !== "email" || matching(/^[^@\s]+@[^@\s]+$/)(endpoint),
    [{ protocol: "email", endpoint: "me" }],
  ),
  inputsRule(
    "Budget",
    "a positive limit, thresholds above 0, and somebody to tell",
    later("Budgets, CreateBudget"),
    ({ limitAmount, notifications }) =>
      Number(limitAmount) > 0 &&
      at(notifications, "*.threshold").every((threshold) => Number(threshold) > 0) &&
      (notifications as { subscriberEmailAddresses?: string[] }[]).every(
        ({ subscriberEmailAddresses = [] }) => subscriberEmailAddresses.length > 0,
      ),
    [
      { limitAmount: "0", notifications: [] },
      { limitAmount: "5", notifications: [{ threshold: 80 }] },
    ],
  ),
];

function hasWidgets(body: string): boolean {
  return isJsonObject(body) && Array.isArray((JSON.parse(body) as { widgets?: unknown }).widgets);
}
