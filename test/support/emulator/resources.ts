import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { awsOutputs } from "../../../emulator/awsOutputs";
import type { Registered } from "../../../emulator/resources";

/** A resource as a program registers it, with outputs from the test. */
export function registered(
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  outputs: Record<string, unknown>,
): Registered {
  return {
    type,
    name,
    urn: `urn:pulumi:local::playlake::${type}::${name}`,
    custom: true,
    inputs,
    outputs,
    options: { protect: false, retainOnDelete: false, ignoreChanges: [] },
  };
}

/** A resource as a run of the program would give it. */
export function resource(type: string, name: string, inputs: Record<string, unknown>): Registered {
  const { id, state } = awsOutputs(type, name, inputs);
  return registered(type, name, inputs, { ...state, id });
}

type Statement = Record<string, unknown>;

export function document(...statements: Statement[]) {
  return { Version: "2012-10-17", Statement: statements };
}

export function trust(service: string, condition?: Record<string, unknown>): Registered["inputs"] {
  return {
    assumeRolePolicy: document({
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
      ...(condition && { Condition: condition }),
    }),
  };
}

/** A role that Lambda may assume, with these statements. */
export function role(name: string, ...statements: Statement[]): Registered[] {
  return [
    resource("aws:iam/role:Role", name, trust("lambda.amazonaws.com")),
    resource("aws:iam/rolePolicy:RolePolicy", name, { role: name, policy: document(...statements) }),
  ];
}

export function allow(
  action: string | string[],
  on: string | string[],
  condition?: Record<string, unknown>,
): Statement {
  return { Effect: "Allow", Action: action, Resource: on, ...(condition && { Condition: condition }) };
}

export const account = "123456789012";
export const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;

/** A new folder, and a function that removes it. */
export async function tempFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "playlake-test-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** What was thrown, as `NAME: MESSAGE`; undefined if nothing was. */
export async function failureOf(work: () => unknown): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
}
