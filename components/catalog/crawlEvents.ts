import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { createEndEvents, type EndEvents } from "../aws/endEvents";

/** Records how each crawl of a crawler ended. Glue keeps no metric of crawls. */
export function createCrawlEvents(name: string, crawler: aws.glue.Crawler, parent: pulumi.Resource): EndEvents {
  const end = (state: "Succeeded" | "Failed") => ({
    description: `Crawls of this catalog that ${state.toLowerCase()}.`,
    pattern: {
      source: ["aws.glue"],
      "detail-type": ["Glue Crawler State Change"],
      detail: { crawlerName: [crawler.name], state: [state] },
    },
  });
  return createEndEvents(name, "crawl", { succeeded: end("Succeeded"), failed: end("Failed") }, parent);
}
