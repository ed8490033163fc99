import type { StackOutputs } from "../../components/stack/outputs";
import { type FunctionAnswer, functionAnswer } from "../errors";
import type { Host } from "../index";
import { type Clients, createClients } from "./clients";
import { readOutputs } from "./outputs";

/** A deployed stack: its outputs, and clients of its services. */
export interface Stack {
  readonly name: string;
  readonly outputs: StackOutputs;
  readonly clients: Clients;
}

/**
 * Opens a stack by its outputs, which Pulumi's CLI reads in the current folder.
 * @param command its outputs must be there
 * @throws one line: no CLI, no such stack, not deployed yet, outputs missing
 */
export async function openStack(name: string, host: Host, command: string): Promise<Stack> {
  const outputs = await readOutputs(name, host, command);
  return { name, outputs, clients: createClients(regionOf(name, outputs)) };
}

/** The region in the token's ARN, or without an extractor in a failure queue's URL. */
function regionOf(stack: string, { tokenParameterArn, failureQueues, digest }: Partial<StackOutputs>): string {
  if (tokenParameterArn !== undefined) {
    const region = tokenParameterArn.split(":")[3];
    if (region) return region;
    throw new Error(`stack ${stack}: its output tokenParameterArn is not an ARN: "${tokenParameterArn}"`);
  }
  const urls = [...Object.values(failureQueues ?? {}), digest?.failureQueueUrl];
  for (const url of urls) {
    const region = /^https:\/\/sqs\.([a-z0-9-]+)\./.exec(url ?? "")?.[1];
    if (region !== undefined) return region;
  }
  throw new Error(`stack ${stack}: its output failureQueues has no queue's URL`);
}

/** Invokes a function and waits for its end. The call is not repeated: it would run the function twice. */
export async function invoke<T>({ clients }: Stack, FunctionName: string, event: unknown): Promise<FunctionAnswer<T>> {
  const { sdk, client } = clients.lambda();
  const Payload = Buffer.from(JSON.stringify(event));
  const answer = await client.send(new sdk.InvokeCommand({ FunctionName, InvocationType: "RequestResponse", Payload }));
  const payload: unknown = JSON.parse(Buffer.from(answer.Payload ?? []).toString() || "null");
  return functionAnswer(payload, answer.FunctionError);
}
