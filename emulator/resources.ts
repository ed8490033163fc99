import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";

export interface Registered {
  /** Its type token, such as `aws:s3/bucket:Bucket`. */
  type: string;
  name: string;
  urn: string;
  /** The parent's URN; undefined for the stack. */
  parent?: string;
  /** Whether it is a resource in the cloud, not a component. */
  custom: boolean;
  /** Every input resolved, secrets as plain values; paths inside archives are absolute. */
  inputs: Record<string, unknown>;
  /** The inputs, and what AWS would have added: `id`, `arn`, names and addresses. */
  outputs: Record<string, unknown>;
  options: RegisteredOptions;
}

/** What the engine receives besides the inputs. Resources are given by URN. */
interface RegisteredOptions {
  protect: boolean;
  retainOnDelete: boolean;
  /** The resources that it waits for without using their outputs. */
  dependsOn?: string[];
  /** The resource whose deletion also deletes this one. */
  deletedWith?: string;
  ignoreChanges?: string[];
}

/** The type token of a class of the provider, such as `aws:s3/bucket:Bucket`. */
type TypeToken = `aws:${string}/${string}:${string}`;
type ClassOf<T> = T extends `aws:${infer Module extends keyof typeof aws}/${string}:${infer Class}`
  ? (typeof aws)[Module][Class & keyof (typeof aws)[Module]]
  : never;
type ArgumentsOf<T> = ClassOf<T> extends new (...args: infer All) => unknown ? NonNullable<All[1]> : never;
type InstanceOf<T> = ClassOf<T> extends new (...args: never[]) => infer Instance ? Instance : never;

/** A resource of a type, its inputs as the provider declares them. */
export interface Resource<T extends TypeToken> extends Registered {
  type: T;
  inputs: Registered["inputs"] & Unwrap<ArgumentsOf<T>>;
  /** The names that AWS gives a resource of this type. The physical name is set even if the inputs have none. */
  outputs: Registered["outputs"] & {
    [Name in Extract<keyof InstanceOf<T>, "id" | "arn" | "name" | "bucket" | "url" | "alarmName">]: string;
  };
}

/** The resources of a type, in the program's order. A token without a class in the provider does not compile. */
export function ofType<T extends TypeToken>(
  resources: readonly Registered[],
  type: ClassOf<T> extends never ? never : T,
): Resource<T>[] {
  return resources.filter((resource): resource is Resource<T> => resource.type === type);
}

export function titleOf({ type, name }: Pick<Registered, "type" | "name">): string {
  return `${type} "${name}"`;
}

/** JSON text as its value; undefined for any other text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const withoutEffect = ["name", "description", "tags"];

/**
 * Refuses a resource that sets a property that the emulator does not model.
 * @param known the properties that it reads
 * @throws one line that names the property
 */
export function refuseOthers<T extends TypeToken>(
  resource: Resource<T>,
  known: readonly (keyof ArgumentsOf<T> & string)[],
): void {
  const other = Object.keys(resource.inputs).find((property) => ![...known, ...withoutEffect].includes(property));
  if (other !== undefined) throw notModelled(resource, other);
}

/** The error for a resource that uses something that the emulator does not model. */
export function notModelled(resource: Pick<Registered, "type" | "name">, what: string): Error {
  return new Error(`${titleOf(resource)}: ${what} is not modelled by the local run`);
}
