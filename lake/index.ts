import type { S3Event } from "../components/callbacks/rawEvents";
import type { TransformedPlaylist } from "../components/callbacks/transformHandler";
import type { FailureQueue } from "../operations/redrive";
import type { CatalogTable } from "./catalogTables";
import type { CompactRows } from "./compactRows";
import type { StackOutputs } from "./stack";
import type { Service } from "./stack/clients";
import type { Crawled } from "./stack/crawl";

/** S3, spoken to as AWS's is, here too. */
export type S3Access = Service<typeof import("@aws-sdk/client-s3"), import("@aws-sdk/client-s3").S3Client>;

/** What an invocation of the transformer came to. */
export type TransformAnswer = { readonly done: readonly TransformedPlaylist[] } | { readonly failure: string };

/** Where a lake is: in a state folder of this machine, or in a deployed stack. */
export interface Place {
  /** `stack dev`, or the state folder. */
  readonly title: string;
  readonly outputs: StackOutputs;
  readonly s3: S3Access;
  /** The folder in which the command line remembers what it is at. */
  readonly memoryFolder: string;
  /** Runs the transformer over an event and waits for its end; where it is busy, it is waited for. */
  transform(event: S3Event): Promise<TransformAnswer>;
  /** Tells one deployed transformer from another. */
  transformerVersion(): Promise<string>;
  /** How many invocations of the transformer are had at a time. */
  readonly concurrency: number;
  /** Runs what writes into the raw bucket have set off, where that does not run by itself; gives a line a failure. */
  settle(): Promise<readonly string[]>;
  /** Crawls the lake; undefined where the catalog has no crawler. */
  crawl(): Promise<Crawled | undefined>;
  /** The catalog's tables of files, with their partitions. */
  catalogTables(): Promise<CatalogTable[]>;
  /** Gives partitions of a table the table's own columns and serde. */
  refreshPartitions(table: string, partitions: readonly (readonly string[])[]): Promise<void>;
  readonly failureQueues: readonly FailureQueue[];
  /** The rows of the compact copy; undefined where there is none. */
  readonly compactRows: CompactRows | undefined;
}

/** S3's event of raw objects, made up: the key as S3 encodes it. */
export function eventOf(bucket: string, keys: readonly string[]): S3Event {
  return {
    Records: keys.map((key) => ({ s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(key) } } })),
  };
}
