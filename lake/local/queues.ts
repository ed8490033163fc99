import type { StackOutputs } from "../../components/stack/outputs";
import type { Cloud } from "../../emulator";
import type { Clock } from "../../emulator/clock";
import type { Registered } from "../../emulator/resources";
import { type FailedMessage, type FailureQueue, type QueueSource, queueSources } from "../failures";

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
export function createLocalQueues({
  cloud,
  clock,
  resources,
  outputs,
  isSimulated,
}: LocalQueuesOptions): FailureQueue[] {
  const { lambda, scheduler, settle, sqs } = cloud;

  async function* messages(queueArn: string) {
    for (const { messageId, body, sentAt } of sqs.messages(queueArn)) {
      const remove = async () => sqs.remove(queueArn, messageId);
      // Local messages are never hidden.
      yield { body, sentAt, attributes: {}, remove, putBack: async () => undefined };
    }
  }

  async function callAgain({ functionName, schedule }: QueueSource, payload: unknown, { sentAt }: FailedMessage) {
    if (isSimulated) clock.set(new Date(sentAt));
    try {
      if (schedule !== undefined) await scheduler.fire(schedule);
      else {
        lambda.enqueue(functionName ?? "", payload, { kind: "owner" });
        await settle();
      }
    } finally {
      clock.set(undefined);
    }
  }

  return queueSources(outputs).flatMap((source) => {
    const queueArn = resources.find((resource) => resource.outputs.url === source.url)?.outputs.arn;
    if (typeof queueArn !== "string") return [];
    const again = (payload: unknown, message: FailedMessage) => callAgain(source, payload, message);
    return { name: source.name, messages: () => messages(queueArn), again };
  });
}
