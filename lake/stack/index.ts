import type { Terminal } from "../../cli/command";
import { type Clients, createClients } from "./clients";
import { explained } from "./errors";
import { readOutputs, type StackOutputs } from "./outputs";

export type { Clients } from "./clients";
export type { StackOutputs } from "./outputs";

/** A deployed stack, as the commands work on it. */
export interface Stack {
  readonly name: string;
  readonly outputs: StackOutputs;
  /** Where it is deployed, such as `eu-central-1`. */
  readonly region: string;
  readonly clients: Clients;
  /** Lets go of the connections. */
  close(): void;
}

/**
 * Finds a stack by its outputs, which Pulumi's CLI is asked for in the current folder.
 * @throws one line: no CLI, no such stack, not deployed yet
 */
export async function openStack(name: string, terminal: Terminal): Promise<Stack> {
  const outputs = await readOutputs(name, terminal);
  const region = outputs.tokenParameterArn.split(":")[3];
  if (region === undefined || region === "") {
    throw new Error(`stack ${name}: its output tokenParameterArn is not an ARN: "${outputs.tokenParameterArn}"`);
  }
  const clients = createClients(region);
  return { name, outputs, region, clients, close: clients.close };
}

/**
 * Works on a stack and lets go of it.
 * @throws as `openStack`, and what AWS refuses as one line with its code
 */
export async function withStack<T>(name: string, terminal: Terminal, work: (stack: Stack) => Promise<T>): Promise<T> {
  const stack = await openStack(name, terminal);
  try {
    return await work(stack);
  } catch (error) {
    throw explained(error);
  } finally {
    stack.close();
  }
}
