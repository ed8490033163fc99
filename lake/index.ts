import type { S3Event } from "../components/callbacks/rawEvents";
import type { TransformedPlaylist } from "../components/callbacks/transformHandler";
import type { StackOutputs } from "../components/stack/outputs";
import type { AlarmReport, MetricSummary } from "../emulator/cloudWatch";
import type { Answer } from "./answer";
import type { CompactRows } from "./compactRows";
import type { FunctionAnswer } from "./errors";
import type { FailureQueue } from "./failures";
import type { Crawled, DayReport, Report } from "./runReport";
import type { S3Access } from "./s3";

export type { TransformedPlaylist } from "../components/callbacks/transformHandler";
export { makeFolder, readJson, readJsonIfWhole, replaceFile } from "../emulator/files";
export type { Answer } from "./answer";
export type { S3Access } from "./s3";

/** What a lake needs from the process that opens it. */
export interface Host {
  readonly env: NodeJS.ProcessEnv;
  /** The current folder. For a stack, it is Pulumi's project. */
  readonly directory: string;
  /** The folder that holds `.playlake`. */
  readonly home: string;
  /** The command line that starts a run, such as `npm start -- --sample` for `--sample`. */
  readonly start: (options?: string) => string;
  /**
   * Calls `clean` before the process ends if the user stops the command (Ctrl-C). The last one registered runs first.
   * Returns a function that unregisters it.
   */
  readonly onStop: (clean: () => unknown) => () => void;
}

/** Shows progress step by step. */
export interface Progress {
  /**
   * Runs `work` and describes its result in a few words. A failure ends the step's line and is rethrown.
   * @param work can report its progress through `tell`
   */
  step<T>(
    label: string,
    work: (tell: (text: string) => void) => Promise<T>,
    describe: (result: T) => string,
  ): Promise<T>;
  /** A line below a step's own, or one with a label. */
  note(text: string, label?: string): void;
  /** A line that matters to the reader. */
  warn(message: string): void;
}

export const exportFormats = ["parquet", "csv", "duckdb"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** A lake as SQL sees it. The program does not have to run. */
export interface LakeSql {
  /** `stack dev`, or the state folder. */
  readonly title: string;
  /** The engine that runs the queries. */
  readonly engine: string;
  /**
   * Runs one statement that reads.
   * @param values for the statement's question marks, in their order. They are text.
   * @throws one line
   */
  query(sql: string, values?: readonly string[]): Promise<Answer>;
  /**
   * The SQL of a query that the stack deploys.
   * @throws one line that names the existing ones
   */
  namedQuery(name: string): Promise<string>;
  /** Makes the next query read the current files. A stack's queries always do. */
  refresh?(): void;
  /**
   * Writes views and tables as files: one for each name, or the same database file for all.
   * @param onName called with each view or table when its export begins
   * @throws wrong use for a format that this lake cannot write, or a name that is not in the catalog
   */
  exportTo(format: ExportFormat, files: ReadonlyMap<string, string>, onName: (name: string) => void): Promise<void>;
  close(): void | Promise<void>;
}

/** A column's name and Hive type. */
export interface CatalogColumn {
  readonly name: string;
  readonly type: string;
}

/** A table of files in the catalog. */
export interface CatalogTable {
  readonly name: string;
  readonly columns: readonly CatalogColumn[];
  readonly partitions: readonly {
    readonly values: readonly string[];
    /** The columns that the partition declares for its files. */
    readonly columns: readonly CatalogColumn[];
  }[];
}

/** What a run did, and how it ended. */
export interface RunReport {
  readonly days: readonly DayReport[];
  /** One line about why the run is incomplete and what to do; undefined if it is complete. */
  readonly failure: string | undefined;
  /** Records that the run was shown in full, so that the next run continues after it. */
  complete(): void;
}

/** An invocation that a function has accepted but not started. */
export interface WaitingEvent {
  /** Whether it invokes the extractor, which reads Spotify. */
  readonly isRun: boolean;
  readonly payload: unknown;
  cancel(): void;
}

/** Where the playlists of the next run are listed. */
export interface NextRun {
  /** Such as `the config of stack dev`. */
  readonly where: string;
  /** As configured; undefined if they cannot be read. */
  readonly playlists: readonly string[] | undefined;
}

/** What `playlake doctor` finds. */
export interface Finding {
  readonly found: string;
  /** What to do, if it is a problem. */
  readonly advice?: string;
}

/** Something that `playlake doctor` checks. */
export interface Check {
  /** The check's name. */
  readonly what: string;
  /** @throws the error that prevents the check */
  find(): Promise<Finding>;
}

/** A lake with its pipeline: in a local state folder, or in a deployed stack. */
export interface Lake extends LakeSql {
  /** The lake in JSON. */
  readonly identity: { readonly state: string } | { readonly stack: string };
  /** The option that selects this lake in a `playlake` command: empty, or ` --stack dev`. */
  readonly option: string;
  readonly outputs: StackOutputs;
  readonly s3: S3Access;
  /** The folder in which commands record their progress. */
  readonly memoryFolder: string;
  /** How long the functions' logs are kept, as the text after "The functions' logs name it". */
  readonly logsKeep: string;

  /** Runs the schedules' daily work now, including the tables and the catalog. */
  run(progress: Progress): Promise<RunReport>;
  /** Runs the transformer over an event and waits for its end. A throttled call is made again. */
  transform(event: S3Event): Promise<FunctionAnswer<readonly TransformedPlaylist[]>>;
  /** Identifies the deployed transformer's version. */
  transformerVersion(): Promise<string>;
  /** How many transformer invocations run at a time. */
  readonly concurrency: number;
  /** Runs the events of raw bucket writes, unless they run by themselves. Returns one line per failure. */
  settle(): Promise<readonly string[]>;
  readonly failureQueues: readonly FailureQueue[];
  /** The events that wait for a function. A stack does not expose them. */
  waitingEvents(): readonly WaitingEvent[];

  /** Crawls the lake; undefined if the catalog has no crawler. */
  crawl(): Promise<Crawled | undefined>;
  /** The catalog's tables of files, with their partitions. */
  catalogTables(): Promise<CatalogTable[]>;
  /** Gives days' partitions of a table the table's current columns and serde. */
  refreshPartitions(table: string, days: readonly string[]): Promise<void>;
  /** Removes days' partitions of a table from the catalog; those that it does not have are ignored. Files stay. */
  dropPartitions(table: string, days: readonly string[]): Promise<void>;
  /**
   * The rows of the compact copy; undefined if there is no copy.
   * @throws one line if there is a copy that the program does not declare
   */
  compactRows(): CompactRows | undefined;

  nextRun(): Promise<NextRun>;
  /** Removes this machine's records of a playlist outside the buckets. */
  forgetTraces(playlistId: string): void;

  /** Lines about the files, the next commands, and what the lake does not model. */
  readonly about: { readonly files?: string; readonly next: readonly string[]; readonly notModelled?: string };
  /** Metrics and alarms since the lake was opened. Only a local lake has them. */
  observed?(): { readonly metrics: readonly MetricSummary[]; readonly alarms: readonly AlarmReport[] };
  /** Whether a new day is expected each day. Samples and imports get none. */
  readonly isDaily: boolean;
  /** A stack's checks apart from its data. */
  checks?(): readonly Check[];
  /** The outcome of calls that ended since the last report. In a stack, calls run on in the background. */
  report?(): Report;
}

/** Builds S3's event for raw objects, with the keys as S3 encodes them. */
export function eventOf(bucket: string, keys: readonly string[]): S3Event {
  return {
    Records: keys.map((key) => ({ s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(key) } } })),
  };
}
