import type { StackOutputs } from "../../components/stack/outputs";
import type { Cloud } from "../../emulator";
import type { Clock } from "../../emulator/clock";
import type { Registered } from "../../emulator/resources";
import { type FailureQueue, functionOf, type QueueName, queueNames, queueUrl } from "../failures";

/** The parts of the local failure queues. */
interface LocalQueuesOptions {
  cloud: Pick<Cloud, "lambda" | "scheduler" | "settle" | "sqs">;
  clock: Clock;
  resources: readonly Registered[];
  outputs: StackOutputs;
  /** Whether days are simulated. If so, a call is made again at the instant of its failure. */
  isSimulated: boolean;
}

/** The program's failure queues, in the order of the data flow. */
export function createLocalQueues(options: LocalQueuesOptions): FailureQueue[] {
  const { cloud, resources, outputs } = options;
  return queueNames.flatMap((name) => {
    const url = queueUrl(outputs, name);
    const queueArn = resources.find((resource) => resource.outputs.url === url)?.outputs.arn;
    if (url === undefined || typeof queueArn !== "string") return [];
    return [
      {
        name,
        async *messages() {
          for (const { messageId, body, sentAt } of cloud.sqs.messages(queueArn)) {
            const remove = async () => cloud.sqs.remove(queueArn, messageId);
            // Local messages are never hidden.
            yield { body, sentAt, attributes: {}, remove, putBack: async () => undefined };
          }
        },
        again: (payload, { sentAt }) => callAgain(options, name, payload, new Date(sentAt)),
      },
    ];
  });
}

async function callAgain(
  { cloud, clock, outputs, isSimulated }: LocalQueuesOptions,
  name: QueueName,
  payload: unknown,
  failedAt: Date,
): Promise<void> {
  if (isSimulated) clock.set(failedAt);
  try {
    if (name === "crawlSchedule") await cloud.scheduler.fire(outputs.schedules.crawl ?? "");
    else if (name === "compactSchedule") await cloud.scheduler.fire(outputs.schedules.compact ?? "");
    else {
      cloud.lambda.enqueue(functionOf(outputs, name), payload, { kind: "owner" });
      await cloud.settle();
    }
  } finally {
    clock.set(undefined);
  }
}
