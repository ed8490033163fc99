import type { RefusedObject } from "../../components/callbacks/transformHandler";
import type { QueryExecution } from "../../emulator/athena/executions";
import type { CrawlResult } from "../../emulator/glue";
import type { AsyncResult } from "../../emulator/lambda";
import type { DayResult } from "../../spotify/extract";
import { failureText } from "../errors";
import { rawKeysOf } from "../failures";
import type { TransformedPlaylist } from "../index";
import type { Crawled, Report } from "../runReport";

/** Collects the cloud's events into reports. */
export function createRecorder(functions: { extractFunction: string; transformFunction: string }) {
  let extracted: DayResult[] = [];
  let transformed: TransformedPlaylist[] = [];
  let crawls: Crawled[] = [];
  let failures: string[] = [];

  function takeTransformed(results: readonly (TransformedPlaylist | RefusedObject)[]): void {
    for (const result of results) {
      if ("refused" in result) failures.push(`${functions.transformFunction} (${result.key}): ${result.refused}`);
      else transformed.push(result);
    }
  }

  return {
    invoked({ functionName, functionError, payload, request }: AsyncResult): void {
      if (functionError !== undefined) failures.push(failureLine(functionName, payload, request));
      else if (functionName === functions.extractFunction) extracted.push(payload as DayResult);
      else if (functionName === functions.transformFunction)
        takeTransformed(payload as (TransformedPlaylist | RefusedObject)[]);
    },
    crawled(crawl: CrawlResult): void {
      // The local crawler deletes nothing.
      crawls.push({ ...crawl, tablesDeleted: [], partitionsDeleted: [] });
      if (crawl.error !== undefined) failures.push(`crawler ${crawl.crawler}: ${crawl.error}`);
    },
    queried({ workgroup, error }: QueryExecution): void {
      if (error !== undefined) failures.push(`query in ${workgroup.name}: ${error}`);
    },
    failed: (line: string) => void failures.push(line),
    take(): Report {
      const report = { extracted, transformed, crawls, failures };
      extracted = [];
      transformed = [];
      crawls = [];
      failures = [];
      return report;
    },
  };
}

function failureLine(functionName: string, payload: unknown, request: unknown): string {
  const [key] = rawKeysOf(request);
  return `${functionName}${key === undefined ? "" : ` (${key})`}: ${failureText(payload, "failed")}`;
}
