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
  /** Absent without a digest. */
  readonly digest?: {
    readonly functionName: string;
    readonly scheduleName: string;
    readonly failureQueueUrl: string;
    readonly topicArn: string;
    /** Whether the address of a mailed digest has consented; absent for a topic of another stack. */
    readonly subscription?: string;
  };
  /** Queue URLs. `crawlSchedule` is absent without a crawler, `compactSchedule` without a compact copy. */
  readonly failureQueues: {
    readonly extract: string;
    readonly transform: string;
    readonly crawlSchedule?: string;
    readonly compactSchedule?: string;
  };
}
