/** Values as Pulumi sends them between processes. */
import { createRequire } from "node:module";

const { Struct } = createRequire(require.resolve("@pulumi/pulumi"))(
  "google-protobuf/google/protobuf/struct_pb.js",
) as typeof import("google-protobuf/google/protobuf/struct_pb");

export type Json = Record<string, unknown>;

/** A constructed component, as a plugin hands it to the engine. */
export interface Constructed {
  urn: string;
  state: Json;
  /** The resources that each output comes from. */
  dependencies: Map<string, string[]>;
}

/** Constructs a component. @param options `dependencies`: the resources that each argument comes from */
export type Construct = (
  type: string,
  name: string,
  inputs: Json,
  options?: { dependencies?: ReadonlyMap<string, string[]>; parent?: string },
) => Promise<Constructed>;

/** The message of a JSON object. */
export function toStruct(value: Json): InstanceType<typeof Struct> {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(value)));
}

/** The key of a value that is more than JSON, and the kinds that hold another value. */
const signature = "4dabf18193072939515e22adb298388d";
const secretKind = "1b47061264138c4ac30d75fd1eb44270";
const outputKind = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The value without its marks: secrets and outputs as plain values, `unknown` for what is not known in a preview. */
export function unwrapped(value: unknown): unknown {
  if (value === unknownValue) return "unknown";
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  const { [signature]: kind, ...rest } = value as Json;
  if (kind === secretKind) return unwrapped(rest.value);
  if (kind === outputKind) return "value" in rest ? unwrapped(rest.value) : "unknown";
  return Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, unwrapped(one)]));
}

/** An output with its dependencies, as other languages pass it on. One without a value is not known yet. */
export function outputOf(value: unknown, dependencies: readonly string[]): Json {
  return { [signature]: outputKind, ...(value === unknownValue ? {} : { value }), dependencies };
}

/** A secret value. */
export function secretOf(value: unknown): Json {
  return { [signature]: secretKind, value };
}
