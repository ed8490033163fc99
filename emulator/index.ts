import { existsSync } from "node:fs";
import { createQueryExecutions, type QueryExecution } from "./athena/queryExecutions";
import { awsJsonListener } from "./awsJson";
import type { Clock } from "./clock";
import { type CloudWatch, createCloudWatch } from "./cloudWatch";
import { createEventBridge, type Delivery, type ServiceEvent } from "./eventBridge";
import { crawlEnded, objectCreated, queryEnded } from "./eventBridge/events";
import { bucketsFolder } from "./files";
import { type CrawlResult, createGlue, type Glue } from "./glue";
import { createIam, type Iam } from "./iam";
import { type AsyncResult, createLambda, type Lambda, type LogLine } from "./lambda";
import { createLoopbackServer } from "./loopback";
import type { Registered } from "./resources";
import { createS3, type Objects } from "./s3";
import { createNotifications, objectsOf } from "./s3/notifications";
import { createScheduler, type Scheduler } from "./scheduler";
import { createSns, type Sns } from "./sns";
import { createSqs, type Sqs } from "./sqs";
import { sqsOperations } from "./sqsOperations";
import { createSsm, type Ssm } from "./ssm";
import { athenaFront } from "./wire/athena";

/** What the local AWS runs with. */
interface CloudOptions {
  /** What the program registered. */
  resources: Registered[];
  /** Holds everything that outlives the process. */
  stateDir: string;
  clock: Clock;
  /** Environment variables that every function gets in addition to its own. @default none */
  environment?: Readonly<Record<string, string>>;
  /** Called with every line of the functions' logs. */
  onLog?: (line: LogLine) => void;
  /** Called with every asynchronous invocation that has ended. */
  onInvoked?: (result: AsyncResult) => void;
  /** Called with every crawl that has ended. */
  onCrawl?: (crawl: CrawlResult) => void;
  /** Called with every query of a schedule that has ended. */
  onQuery?: (query: QueryExecution) => void;
}

/** The local AWS, made from what the program declares. */
export interface Cloud {
  readonly iam: Iam;
  readonly objects: Objects;
  readonly sns: Sns;
  readonly sqs: Sqs;
  readonly ssm: Ssm;
  readonly lambda: Lambda;
  readonly scheduler: Scheduler;
  readonly cloudWatch: CloudWatch;
  readonly glue: Glue;
  /** Where the services listen, by the variables that the SDK reads, such as AWS_ENDPOINT_URL_S3. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Runs all waiting invocations, including those of a killed run, until nothing is left. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts the services and checks the program's resources as AWS does when it stores them.
 * @throws one line, for a resource that AWS would refuse or that is not modelled
 */
export async function openCloud(options: CloudOptions): Promise<Cloud> {
  const { resources, stateDir, clock, environment = {} } = options;
  const iam = createIam(resources);
  const notifications = createNotifications(resources, iam);
  const eventBridge = createEventBridge(resources, iam);
  const sqs = createSqs({ resources, iam, stateDir, clock, onSent: (queueArn) => cloudWatch.sent(queueArn) });
  const sns = createSns({ iam, stateDir, clock });
  const ssm = createSsm({ resources, iam, stateDir, clock });
  const s3 = createS3({
    root: bucketsFolder(stateDir),
    resources,
    iam,
    clock,
    // Recorded before the object exists, so that a killed run loses no event. An event without an object is dropped.
    onObjectCreated: async (object) => {
      for (const delivery of notifications.deliveries(object)) await deliver(delivery);
      if (notifications.reachEventBridge(object.bucket)) await publish(objectCreated(object), object.time);
    },
  });
  const deliver = async ({ service, arn, event, principal, id }: Delivery) => {
    if (service === "lambda") await lambda.enqueue(arn, event, principal, id);
    else await sqs.send(principal, arn, JSON.stringify(event));
  };
  const publish = async (event: ServiceEvent, time = clock.now()) => {
    for (const { rule, deliveries } of eventBridge.meet(event, time)) {
      cloudWatch.triggered(rule);
      for (const delivery of deliveries) await deliver(delivery);
    }
  };
  const cloudWatch = createCloudWatch({
    resources,
    now: () => clock.now(),
    messages: async (queueArn) => (await sqs.messages(queueArn)).length,
  });
  const glue = createGlue({ resources, stateDir, iam, objects: s3.objects });
  const { catalog } = glue;
  const queries = createQueryExecutions({ resources, stateDir, iam, catalog });
  // Completed when the services listen. No function starts before that.
  const endpoints: Record<string, string> = { ...environment };
  const lambda = createLambda({
    resources,
    iam,
    clock,
    stateDir,
    sqs,
    endpoints,
    isReady: async ({ payload }) =>
      objectsOf(payload).every(({ bucket, key }) => existsSync(s3.objects.pathOf(bucket, key))),
    onLog: (line) => {
      cloudWatch.logged(line);
      options.onLog?.(line);
    },
  });
  const settle = async () => {
    for (const result of await lambda.drain()) options.onInvoked?.(result);
    await cloudWatch.evaluate();
  };
  const scheduler = createScheduler({
    resources,
    iam,
    clock,
    lambda,
    sqs,
    universal: {
      "glue:startCrawler": async (input, principal) => {
        const crawl = await glue.startCrawler(String((input as { Name?: unknown }).Name), principal);
        await publish(crawlEnded(crawl));
        options.onCrawl?.(crawl);
      },
      "athena:startQueryExecution": async (input, principal) => {
        const query = await queries.start(input, principal);
        if (query === undefined) return;
        await publish(queryEnded(query));
        options.onQuery?.(query);
      },
    },
    settle,
  });
  const json = awsJsonListener(iam, {
    AmazonSSM: ssm.operations,
    AWSGlue: glue.operations,
    AmazonAthena: athenaFront(stateDir, resources, iam, []),
    AmazonSQS: sqsOperations(sqs, resources, iam),
  });
  const services = createLoopbackServer((request, response) =>
    sns.isFor(request) ? sns.listener(request, response) : json(request, response),
  );
  const close = async () => {
    await lambda.close();
    await Promise.all([s3.close(), services.close()]);
  };
  try {
    endpoints.AWS_ENDPOINT_URL_S3 = await s3.listen();
    const address = await services.listen();
    endpoints.AWS_ENDPOINT_URL_ATHENA = address;
    endpoints.AWS_ENDPOINT_URL_GLUE = address;
    endpoints.AWS_ENDPOINT_URL_SNS = address;
    endpoints.AWS_ENDPOINT_URL_SQS = address;
    endpoints.AWS_ENDPOINT_URL_SSM = address;
    await lambda.start();
    await scheduler.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { iam, objects: s3.objects, sns, sqs, ssm, lambda, scheduler, cloudWatch, glue, endpoints, settle, close };
}
