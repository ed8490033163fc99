import { existsSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createQueries, type QueryExecution } from "./athena/executions";
import { athenaOperations } from "./athena/operations";
import { awsJsonListener } from "./awsJson";
import type { Clock } from "./clock";
import { createCloudWatch } from "./cloudWatch";
import { createEventBridge, type Delivery, type ServiceEvent } from "./eventBridge";
import { crawlEnded, objectCreated, queryEnded } from "./eventBridge/events";
import { bucketsFolder, checkFileHandles } from "./files";
import { type CrawlResult, createGlue } from "./glue";
import { createIam } from "./iam";
import { type AsyncResult, createLambda, type LogLine } from "./lambda";
import { lambdaListener } from "./lambda/http";
import { createLoopbackServer } from "./loopback";
import type { ServiceOptions } from "./options";
import { createS3 } from "./s3";
import { createNotifications, objectsOf } from "./s3/notifications";
import { createScheduler } from "./scheduler";
import { createSns } from "./sns";
import { createSqs } from "./sqs";
import { createSsm } from "./ssm";

interface CloudOptions extends Omit<ServiceOptions, "iam"> {
  clock: Clock;
  /** Environment variables that every function gets in addition to its own. @default none */
  environment?: Readonly<Record<string, string>>;
  onLog?: (line: LogLine) => void;
  onInvoked?: (result: AsyncResult) => void;
  onCrawl?: (crawl: CrawlResult) => void;
  /** Called with every query of a schedule that has ended. */
  onQuery?: (query: QueryExecution) => void;
}

export type Cloud = Awaited<ReturnType<typeof openCloud>>;

/**
 * The local AWS, made from what the program declares. Starts the services and checks the program's resources as AWS does when
 * it stores them.
 * @throws one line, for a resource that AWS would refuse or that is not modelled
 */
export async function openCloud(options: CloudOptions) {
  const { resources, stateDir, clock, environment = {} } = options;
  checkFileHandles(stateDir);
  const iam = createIam(resources);
  const basis = { resources, iam, clock, stateDir };
  const notifications = createNotifications(resources, iam);
  const eventBridge = createEventBridge(resources, iam);
  const sqs = createSqs({ ...basis, onSent: (queueArn) => cloudWatch.sent(queueArn) });
  const sns = createSns(basis);
  const ssm = createSsm(basis);
  const s3 = createS3({
    root: bucketsFolder(stateDir),
    resources,
    iam,
    clock,
    // Recorded before the object exists, so that a killed run loses no event.
    onObjectCreated: (object) => {
      notifications.deliveries(object).forEach(deliver);
      if (notifications.reachEventBridge(object.bucket)) publish(objectCreated(object), object.time);
    },
  });
  const deliver = ({ service, arn, event, principal, id }: Delivery) => {
    if (service === "lambda") lambda.enqueue(arn, event, principal, id);
    else sqs.send(principal, arn, JSON.stringify(event));
  };
  const publish = (event: ServiceEvent, time = clock.now()) => {
    for (const { rule, deliveries } of eventBridge.meet(event, time)) {
      cloudWatch.triggered(rule);
      deliveries.forEach(deliver);
    }
  };
  const cloudWatch = createCloudWatch({
    resources,
    now: () => clock.now(),
    messages: (queueArn) => sqs.messages(queueArn).length,
  });
  const glue = createGlue({ ...basis, objects: s3.objects });
  const queries = createQueries(basis, glue.catalog);
  /**
   * Where the services listen, by the variables that the SDK reads, such as AWS_ENDPOINT_URL_S3. Completed when the services
   * listen. No function starts before that.
   */
  const endpoints: Record<string, string> = { ...environment };
  const lambda = createLambda({
    ...basis,
    sqs,
    endpoints,
    onLog: (line) => {
      cloudWatch.logged(line);
      options.onLog?.(line);
    },
  });
  // A killed run can leave the event of an object that was never written.
  for (const invocation of lambda.waiting()) {
    const isMissing = objectsOf(invocation.payload).some(
      ({ bucket, key }) => !existsSync(s3.objects.pathOf(bucket, key)),
    );
    if (isMissing) lambda.cancel(invocation);
  }
  /** Runs all waiting invocations, including those of a killed run, and queries until nothing is left. */
  const settle = async (): Promise<void> => {
    for (const result of await lambda.drain()) options.onInvoked?.(result);
    await Promise.all(queries.executions.map(({ end }) => end));
    cloudWatch.evaluate();
  };
  const scheduler = createScheduler({
    ...basis,
    lambda,
    sqs,
    universal: {
      "glue:startCrawler": async (input, principal) => {
        const crawl = await glue.startCrawler(String((input as { Name?: unknown }).Name), principal);
        publish(crawlEnded(crawl));
        options.onCrawl?.(crawl);
      },
      "athena:startQueryExecution": async (input, principal) => {
        const { query, isNew } = queries.start(input as object, principal);
        await query.end;
        if (!isNew) return;
        publish(queryEnded(query));
        options.onQuery?.(query);
      },
    },
    settle,
  });
  const json = awsJsonListener(iam, {
    AmazonSSM: ssm.operations,
    AWSGlue: glue.operations,
    AmazonAthena: athenaOperations(queries, resources, iam),
    AmazonSQS: sqs.operations,
  });
  const toLambda = lambdaListener(iam, lambda, settle);
  /** Answers the requests to all services but S3. Each call is checked against the caller's policies. */
  const listener: RequestListener = (request, response) => {
    if (sns.isFor(request)) sns.listener(request, response);
    else if (!toLambda(request, response)) json(request, response);
  };
  const services = createLoopbackServer(listener);
  const close = async (): Promise<void> => {
    await lambda.close();
    await Promise.all([s3.close(), services.close()]);
  };
  try {
    endpoints.AWS_ENDPOINT_URL_S3 = await s3.listen();
    const address = await services.listen();
    for (const service of ["ATHENA", "GLUE", "SNS", "SQS", "SSM"]) endpoints[`AWS_ENDPOINT_URL_${service}`] = address;
    await lambda.start();
    await scheduler.start();
  } catch (error) {
    await close();
    throw error;
  }
  const cloud = { iam, objects: s3.objects, sns, sqs, ssm, lambda, scheduler, cloudWatch, glue, queries };
  return { ...cloud, listener, endpoints, settle, close };
}
