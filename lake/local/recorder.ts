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
  let now = emptyReport();

  return {
    invoked({ functionName, functionError, payload, request }: AsyncResult): void {
      const [key] = rawKeysOf(request);
      const what = key === undefined ? functionName : `${functionName} (${key})`;
      if (functionError !== undefined) now.failures.push(`${what}: ${failureText(payload, "failed")}`);
      else if (functionName === functions.extractFunction) now.extracted.push(payload as DayResult);
      else if (functionName === functions.transformFunction) {
        for (const result of payload as readonly (TransformedPlaylist | RefusedObject)[]) {
          if ("refused" in result) now.failures.push(`${functionName} (${result.key}): ${result.refused}`);
          else now.transformed.push(result);
        }
      }
    },
    crawled(crawl: CrawlResult): void {
      // The local crawler deletes nothing.
      now.crawls.push({ ...crawl, tablesDeleted: [], partitionsDeleted: [] });
      if (crawl.error !== undefined) now.failures.push(`crawler ${crawl.crawler}: ${crawl.error}`);
    },
    queried({ workgroup, error }: QueryExecution): void {
      if (error !== undefined) now.failures.push(`query in ${workgroup.name}: ${error}`);
    },
    failed: (line: string) => void now.failures.push(line),
    take(): Report {
      const report = now;
      now = emptyReport();
      return report;
    },
  };
}

function emptyReport() {
  return {
    extracted: [] as DayResult[],
    transformed: [] as TransformedPlaylist[],
    crawls: [] as Crawled[],
    failures: [] as string[],
  };
}
