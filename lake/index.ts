import type { S3Event } from "../components/callbacks/rawEvents";
import type { TransformedPlaylist } from "../components/callbacks/transformHandler";
import type { StackOutputs } from "../components/stack/outputs";
import type { AlarmReport, MetricSummary } from "../emulator/cloudWatch";
import type { CrawlExplanation } from "../emulator/glue";
import type { Answer } from "./answer";
import type { CompactRows } from "./compactRows";
import type { FailureQueue } from "./failures";
import type { Crawled, DayReport, Report } from "./runReport";
import type { Service } from "./stack/clients";

export type { TransformedPlaylist } from "../components/callbacks/transformHandler";
export { makeFolder, replaceFile } from "../emulator/files";
export type { Answer } from "./answer";

/** What a lake needs of the process that opens it. */
export interface Host {
  readonly env: NodeJS.ProcessEnv;
  /** Where the user stands: Pulumi's project, for a stack. */
  readonly directory: string;
  /** The folder that holds `.playlake`. */
  readonly home: string;
  /** The command line that starts a run, such as `npm start -- --sample` for `--sample`. */
  readonly start: (options?: string) => string;
  /**
   * Calls `clean` when the user ends the command (Ctrl-C), the last one given first, before the process ends. Returns a
   * function that takes it back.
   */
  readonly onStop: (clean: () => unknown) => () => void;
}

/** Shows what is done, step by step. */
export interface Progress {
  /**
   * Runs `work`; `describe` says in a few words what it did. A failure ends the step's line and is thrown on.
   * @param work can say how far it is by `tell`
   */
  step<T>(
    label: string,
    work: (tell: (text: string) => void) => Promise<T>,
    describe: (result: T) => string,
  ): Promise<T>;
  /** A line below a step's own. */
  note(text: string): void;
  /** A line that matters to the reader. */
  warn(message: string): void;
}

export const exportFormats = ["parquet", "csv", "duckdb"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** A lake as SQL sees it. Nothing has to run for it. */
export interface LakeSql {
  /** `stack dev`, or the state folder. */
  readonly title: string;
  /** What answers the queries. */
  readonly engine: string;
  /**
   * Runs one statement that reads.
   * @throws one line
   */
  query(sql: string): Promise<Answer>;
  /**
   * The SQL of a query that the stack deploys.
   * @throws one line that names those there are
   */
  namedQuery(name: string): Promise<string>;
  /** Has the next query see the files as they are then; a stack's queries always do. */
  refresh?(): void;
  /**
   * Writes views and tables as files: one for each name, or the same database file for all.
   * @param onName gets each view or table when it is begun
   * @throws wrong use for a format that this lake cannot write, or a name that is not in the catalog
   */
  exportTo(format: ExportFormat, files: ReadonlyMap<string, string>, onName: (name: string) => void): Promise<void>;
  close(): void | Promise<void>;
}

/** S3 by AWS's SDK, locally too. */
export type S3Access = Service<typeof import("@aws-sdk/client-s3"), import("@aws-sdk/client-s3").S3Client>;

/** What an invocation of the transformer came to. */
export type TransformAnswer = { readonly done: readonly TransformedPlaylist[] } | { readonly failure: string };

/** A column by its name and Hive's type. */
export interface CatalogColumn {
  readonly name: string;
  readonly type: string;
}

/** A table of files as the catalog has it. */
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
  /** Why it is not complete, one line that says what to do; undefined if it is. */
  readonly failure: string | undefined;
  /** Notes that the run was shown to its end: the next one goes on after it. */
  complete(): void;
}

/** An invocation that a function has accepted and not begun. */
export interface WaitingEvent {
  /** Whether it is one of the extractor, which reads Spotify. */
  readonly isRun: boolean;
  readonly payload: unknown;
  cancel(): void;
}

/** Where the playlists of the next run are listed. */
export interface NextRun {
  /** Such as `the config of stack dev`. */
  readonly where: string;
  /** As they stand there; undefined if they cannot be read. */
  readonly playlists: readonly string[] | undefined;
}

/** Something that `playlake doctor` checks. */
export interface Check {
  /** In a word. */
  readonly what: string;
  /** @throws what keeps it from being checked */
  find(): Promise<{ readonly isGood: boolean; readonly found: string; readonly advice?: string }>;
}

/** A lake with its pipeline: in a state folder of this machine, or in a deployed stack. */
export interface Lake extends LakeSql {
  /** The lake in JSON. */
  readonly identity: { readonly state: string } | { readonly stack: string };
  /** What a `playlake` command needs in order to mean this lake: empty, or ` --stack dev`. */
  readonly option: string;
  readonly outputs: StackOutputs;
  readonly s3: S3Access;
  /** The folder in which commands remember how far they came. */
  readonly memoryFolder: string;
  /** How the functions' logs keep what they hold, after "The functions' logs name it". */
  readonly logsKeep: string;

  /** Does what the schedules do each day, now, to the tables and the catalog. */
  run(progress: Progress): Promise<RunReport>;
  /** Runs the transformer over an event and waits for its end. A throttled call is made again. */
  transform(event: S3Event): Promise<TransformAnswer>;
  /** Tells one deployed transformer from another. */
  transformerVersion(): Promise<string>;
  /** How many invocations of the transformer are made at a time. */
  readonly concurrency: number;
  /** Runs what writes into the raw bucket have set off, if that does not run by itself; returns a line for each failure. */
  settle(): Promise<readonly string[]>;
  readonly failureQueues: readonly FailureQueue[];
  /** What waits for a function; a stack keeps it to itself. */
  waitingEvents(): readonly WaitingEvent[];

  /** Crawls the lake; undefined if the catalog has no crawler. */
  crawl(): Promise<Crawled | undefined>;
  /** The catalog's tables of files, with their partitions. */
  catalogTables(): Promise<CatalogTable[]>;
  /** Gives partitions of a table the table's own columns and serde. */
  refreshPartitions(table: string, partitions: readonly (readonly string[])[]): Promise<void>;
  /**
   * The rows of the compact copy; undefined if there is no copy.
   * @throws one line if there is a copy that the program does not declare
   */
  compactRows(): CompactRows | undefined;

  nextRun(): Promise<NextRun>;
  /** Removes what the machine remembers of a playlist beside the buckets. */
  forgetTraces(playlistId: string): void;

  /** Lines about where the files are, what the next commands are, and what the lake does not model. */
  readonly about: { readonly files?: string; readonly next: readonly string[]; readonly notModelled?: string };
  /** Metrics and alarms of what ran since the lake was opened. Only a local lake has them at hand. */
  observed?(): { readonly metrics: readonly MetricSummary[]; readonly alarms: readonly AlarmReport[] };
  /** Why the last crawl came out so; AWS does not tell. */
  explainCrawl?(): CrawlExplanation | undefined;
  /** Whether a new day is expected each day: samples and imports have none. */
  readonly isDaily: boolean;
  /** What can be checked of a stack beside its data. */
  checks?(): readonly Check[];
  /** What came of calls since the last look, if they have ended by now; in a stack they run on. */
  report?(): Report;
}

/** S3's event of raw objects, made up: the keys as S3 encodes them. */
export function eventOf(bucket: string, keys: readonly string[]): S3Event {
  return {
    Records: keys.map((key) => ({ s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(key) } } })),
  };
}
