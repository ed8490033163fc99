/** The outputs of `index.ts` as `pulumi stack output` gives them, without those that are null. */
export interface StackOutputs {
  readonly rawBucket: string;
  readonly lakeBucket: string;
  readonly resultsBucket: string;
  readonly extractFunction: string;
  readonly transformFunction: string;
  /** Schedule names. `crawl` is absent without a crawler, `compact` without a compact copy. */
  readonly schedules: {
    readonly run: string;
    readonly crawl?: string;
    readonly compact?: string;
    readonly timezone: string;
  };
  readonly appParameterArn: string;
  readonly tokenParameterArn: string;
  readonly database: string;
  readonly workgroup: string;
  /** Absent without a crawler. */
  readonly crawler?: string;
  /** Queue URLs. `crawlSchedule` is absent without a crawler, `compactSchedule` without a compact copy. */
  readonly failureQueues: {
    readonly extract: string;
    readonly transform: string;
    readonly crawlSchedule?: string;
    readonly compactSchedule?: string;
  };
}
