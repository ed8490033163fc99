import type { StackOutputs } from "../../components/stack/outputs";
import type { Host } from "../index";
import { type Clients, createClients } from "./clients";
import { readOutputs } from "./outputs";

/** A deployed stack: its outputs, and clients of its services. */
export interface Stack {
  readonly name: string;
  readonly outputs: StackOutputs;
  /** Such as `eu-central-1`. */
  readonly region: string;
  readonly clients: Clients;
}

/**
 * Opens a stack by its outputs, which Pulumi's CLI reads in the current folder.
 * @throws one line: no CLI, no such stack, not deployed yet
 */
export async function openStack(name: string, host: Host): Promise<Stack> {
  const outputs = await readOutputs(name, host);
  const region = outputs.tokenParameterArn.split(":")[3];
  if (region === undefined || region === "") {
    throw new Error(`stack ${name}: its output tokenParameterArn is not an ARN: "${outputs.tokenParameterArn}"`);
  }
  return { name, outputs, region, clients: createClients(region) };
}
