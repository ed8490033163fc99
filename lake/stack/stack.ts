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
 * @param wanted the outputs that must be there. @default what `lakeOutputs` gives
 * @throws one line: no CLI, no such stack, not deployed yet, outputs missing
 */
export async function openStack(name: string, host: Host, wanted?: readonly string[]): Promise<Stack> {
  const outputs = await readOutputs(name, host, wanted);
  const region = outputs.tokenParameterArn.split(":")[3];
  if (region === undefined || region === "") {
    throw new Error(`stack ${name}: its output tokenParameterArn is not an ARN: "${outputs.tokenParameterArn}"`);
  }
  return { name, outputs, clients: createClients(region) };
}

/** Invokes a function and waits for its end. The call is not repeated: it would run the function twice. */
export async function invoke<T>({ clients }: Stack, FunctionName: string, event: unknown): Promise<FunctionAnswer<T>> {
  const { sdk, client } = clients.lambda();
  const Payload = Buffer.from(JSON.stringify(event));
  const answer = await client.send(new sdk.InvokeCommand({ FunctionName, InvocationType: "RequestResponse", Payload }));
  const payload: unknown = JSON.parse(Buffer.from(answer.Payload ?? []).toString() || "null");
  return functionAnswer(payload, answer.FunctionError);
}
