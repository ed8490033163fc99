import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { regionOf } from "../aws/arns";
import { dashboardBody } from "./dashboardBody";

/** The parts of the components that the dashboard shows. */
interface DashboardParts {
  extractor: {
    functionName: pulumi.Output<string>;
    functionArn: pulumi.Output<string>;
    memoryMiB: pulumi.Output<number>;
    logGroupName: pulumi.Output<string>;
    failureQueueUrl: pulumi.Output<string>;
    alarmArns: readonly pulumi.Output<string>[];
  };
  transformer: {
    functionName: pulumi.Output<string>;
    memoryMiB: pulumi.Output<number>;
    logGroupName: pulumi.Output<string>;
    failureQueueUrl: pulumi.Output<string>;
    alarmArns: readonly pulumi.Output<string>[];
  };
  athena: {
    workgroupName: pulumi.Output<string>;
    crawlFailureQueueUrl: pulumi.Output<string> | undefined;
    compactFailureQueueUrl: pulumi.Output<string> | undefined;
    compactWorkgroupName: pulumi.Output<string> | undefined;
    digest: { failureQueueUrl: pulumi.Output<string> } | undefined;
    crawlerName: pulumi.Output<string> | undefined;
    alarmArns: readonly pulumi.Output<string>[];
  };
}

/** Creates the stack's dashboard. @returns its name */
export function createDashboard(
  name: string,
  { extractor, transformer, athena }: DashboardParts,
): pulumi.Output<string> {
  const queueUrls = [
    extractor.failureQueueUrl,
    transformer.failureQueueUrl,
    athena.crawlFailureQueueUrl,
    athena.compactFailureQueueUrl,
    athena.digest?.failureQueueUrl,
  ].filter((url) => url !== undefined);
  const subject = pulumi.output({
    region: regionOf(extractor.functionArn),
    extract: { functionName: extractor.functionName, memoryMiB: extractor.memoryMiB },
    transform: { functionName: transformer.functionName, memoryMiB: transformer.memoryMiB },
    logGroups: { extract: extractor.logGroupName, transform: transformer.logGroupName },
    queues: queueUrls.map((url) => url.apply((text) => text.slice(text.lastIndexOf("/") + 1))),
    workgroups: { queries: athena.workgroupName, compact: athena.compactWorkgroupName },
    crawler: athena.crawlerName,
    alarmArns: [...extractor.alarmArns, ...transformer.alarmArns, ...athena.alarmArns],
  });
  const dashboard = new aws.cloudwatch.Dashboard(`${name}-overview`, {
    // A fixed name, so that people can find it.
    dashboardName: name,
    dashboardBody: subject.apply((resolved) => JSON.stringify(dashboardBody(resolved))),
  });
  return dashboard.dashboardName;
}
