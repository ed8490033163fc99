import { mkdirSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import type { StackOutputs } from "../../components/stack/outputs";
import { AwsError, sendAwsError } from "../../emulator/awsJson";
import { createLoopbackServer } from "../../emulator/loopback";
import type { Registered } from "../../emulator/resources";
import type { Pipeline } from "../../lake/local/pipeline";
import type { Source } from "../../lake/local/source";
import { temporaryFolder } from "./commandLine";
import { allow, document, resource, roleArn, trust } from "./emulator/resources";
import { namedSource, openTestPipeline } from "./pipeline/pipelines";
import { type Executed, run } from "./terminal";

/** A stack as an operator uses it: Pulumi's CLI prints its outputs, and AWS answers over HTTP. */
export interface DeployedStack {
  readonly pipeline: Pipeline;
  readonly source: Source;
  readonly outputs: StackOutputs;
  readonly stateDir: string;
  /** The operator's working directory. */
  readonly home: string;
  /** The operator's variables, in addition to the process's own. */
  readonly env: Readonly<Record<string, string>>;
  /** How many of the next requests fail: Lambda throttles them, or the crawler is already running. Counts down. */
  readonly faults: { throttled: number; crawling: number };
  /** Runs a command as the operator. */
  playlake(words: readonly string[]): Promise<Executed>;
  /** Runs an action with the credentials of a role. */
  as<T>(roleName: string, work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The permissions that an operator needs to run the commands against a stack. */
const operatorStatements = [
  allow(["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"], "arn:aws:lambda:*:*:function:playlake-*"),
  allow(
    [
      ...["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults"],
      ...["athena:StopQueryExecution", "athena:ListNamedQueries", "athena:BatchGetNamedQuery"],
    ],
    "arn:aws:athena:*:*:workgroup/playlake-*",
  ),
  allow(["glue:StartCrawler", "glue:GetCrawler"], "arn:aws:glue:*:*:crawler/playlake-crawler"),
  allow(
    ["glue:GetDatabase", "glue:GetTables", "glue:GetTable", "glue:GetPartitions", "glue:BatchUpdatePartition"],
    "arn:aws:glue:*:*:*",
  ),
  allow("glue:BatchDeletePartition", "arn:aws:glue:*:*:*"),
  allow("glue:UpdateTable", "arn:aws:glue:*:*:table/*/compact_items"),
  allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::playlake-compact/*"),
  allow("athena:GetDataCatalog", "arn:aws:athena:*:*:datacatalog/AwsDataCatalog"),
  allow("s3:GetBucketLocation", "arn:aws:s3:::playlake-*"),
  allow("s3:GetObject", "arn:aws:s3:::playlake-lake/*"),
  allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::playlake-results/*"),
  allow(
    ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
    "arn:aws:sqs:*:*:playlake-*-failures",
  ),
  allow(["s3:ListBucket", "s3:ListBucketVersions"], "arn:aws:s3:::playlake-*"),
  allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::playlake-raw/*"),
  allow("ssm:GetParameter", "arn:aws:ssm:*:*:parameter/playlake-*"),
  allow("s3:DeleteObjectVersion", "arn:aws:s3:::playlake-*/*"),
];

/** An operator with these permissions, and one without any. */
export const principals: readonly Registered[] = [
  resource("aws:iam/role:Role", "operator", trust("ec2.amazonaws.com")),
  resource("aws:iam/rolePolicy:RolePolicy", "operator", {
    role: "operator",
    policy: document(...operatorStatements),
  }),
  resource("aws:iam/role:Role", "stranger", trust("ec2.amazonaws.com")),
];

/** Writes a `pulumi` that knows the stack `dev` and some stacks in other states. @returns its folder */
export function fakePulumi(home: string, outputs: object): string {
  const folder = path.join(home, "bin");
  mkdirSync(folder);
  writeFileSync(path.join(folder, "outputs.json"), JSON.stringify(outputs));
  const playlists = { value: '["spotify:playlist:7osf69rrOvLodTvBABtqDC","me"]' };
  const config = { "aws:region": { value: "us-east-1" }, "my-lists:playlists": playlists };
  writeFileSync(path.join(folder, "config.json"), JSON.stringify(config));
  const script = `#!/bin/sh
[ "$1 $2 $3 $4" = "config --json --non-interactive --stack" ] && { cat "$(dirname "$0")/config.json"; exit; }
[ "$1 $2 $3 $4 $5" = "stack output --json --non-interactive --stack" ] || { echo "error: unknown command $*" >&2; exit 1; }
case $6 in
  dev) cat "$(dirname "$0")/outputs.json" ;;
  uncrawled) sed 's/"crawler":"[^"]*"/"crawler":null/' "$(dirname "$0")/outputs.json" ;;
  new) echo "{}" ;;
  old) echo '{"rawBucket": "x"}' ;;
  *) echo "warning: A new version is there" >&2; echo "error: no stack named '$6' found" >&2; exit 255 ;;
esac
`;
  writeFileSync(path.join(folder, "pulumi"), script, { mode: 0o755 });
  return folder;
}

/** Deploys the program into a local cloud, as the stack `dev`; `config` by full keys. */
export async function deployStack(config: Readonly<Record<string, string>> = {}): Promise<DeployedStack> {
  const { folder: home, remove } = temporaryFolder();
  const stateDir = path.join(home, "aws");
  mkdirSync(stateDir);
  const adjust = (resources: Registered[]) => [...resources, ...principals];
  const source = await namedSource();
  const pipeline = await openTestPipeline({ source, stateDir, adjust, config });
  const faults = { throttled: 0, crawling: 0 };
  const server = createLoopbackServer((request, response) => {
    const meet = faultOf(faults, request);
    if (meet === undefined) return pipeline.cloud.listener(request, response);
    request.resume();
    meet(response);
  });
  const outputs = pipeline.outputs;
  const folder = fakePulumi(home, outputs);
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const take = (roleName: string) => {
    const credentials = pipeline.cloud.iam.assume(roleArn(roleName), "ec2.amazonaws.com");
    return setEnvironment({
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    });
  };
  const url = await server.listen();
  const services = ["LAMBDA", "ATHENA", "GLUE", "SQS", "SSM", "SCHEDULER", "CLOUDWATCH", "EVENTBRIDGE"].map((name) => [
    `AWS_ENDPOINT_URL_${name}`,
    url,
  ]);
  const { AWS_ENDPOINT_URL_S3 = "" } = pipeline.cloud.endpoints;
  const restore = [setEnvironment({ ...Object.fromEntries(services), AWS_ENDPOINT_URL_S3 }), take("operator")];
  return {
    pipeline,
    source,
    outputs,
    stateDir,
    home,
    env,
    faults,
    playlake: (words) => run(words, { home, env }),
    as: async (roleName, work) => {
      const back = take(roleName);
      return work().finally(back);
    },
    close: async () => {
      for (const undo of restore.reverse()) undo();
      await pipeline.cloud.settle().catch(() => undefined);
      await server.close();
      await pipeline.close();
      remove();
    },
  };
}

/** The answer given instead of the service's; undefined if the service answers. */
function faultOf(faults: DeployedStack["faults"], { url, headers }: IncomingMessage) {
  const target = String(headers["x-amz-target"]);
  if (faults.throttled > 0 && url?.endsWith("/invocations")) {
    faults.throttled -= 1;
    const error = new AwsError("TooManyRequestsException", "Rate Exceeded.", 429);
    return (response: ServerResponse) => sendAwsError(response, error);
  }
  if (faults.crawling > 0 && target === "AWSGlue.StartCrawler") {
    const error = new AwsError("CrawlerRunningException", "Crawler has already started");
    return (response: ServerResponse) => sendAwsError(response, error);
  }
  if (faults.crawling > 0 && target === "AWSGlue.GetCrawler") {
    faults.crawling -= 1;
    return (response: ServerResponse) => response.end(JSON.stringify({ Crawler: { State: "RUNNING" } }));
  }
  return undefined;
}

/** Sets variables of this process, which the SDK reads. @returns a function that restores them */
function setEnvironment(variables: Record<string, string>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
