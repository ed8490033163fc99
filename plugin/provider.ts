// The components for programs in other languages: the schema that their SDKs are generated from, and one class per component
// behind it.
import { readFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { AthenaCatalog, type BucketRef, PlaylistTransformer, SpotifyExtractor } from "../components";
import { packageVersion } from "../components/packageVersion";

interface Schema {
  resources: Readonly<Record<string, { properties: object } | undefined>>;
}

type Component = new (name: string, args: never, opts: pulumi.ComponentResourceOptions) => pulumi.ComponentResource;

const components: Readonly<Record<string, Component>> = {
  "playlake:index:SpotifyExtractor": SpotifyExtractor,
  "playlake:index:PlaylistTransformer": PlaylistTransformer,
  "playlake:index:AthenaCatalog": AthenaCatalog,
};

const schema = JSON.parse(readFileSync(path.join(__dirname, "schema.json"), "utf8")) as Schema;
const version = packageVersion();

/** Serves the components to Pulumi's engine. */
export const provider = {
  version,
  schema: JSON.stringify({ ...schema, version }),
  async construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<{ urn: pulumi.Input<string>; state: pulumi.Inputs }> {
    const component = components[type];
    const outputs = schema.resources[type]?.properties;
    if (component === undefined || outputs === undefined) throw new Error(`${type}: playlake has no such component`);
    const resource = new component(name, argumentsOf(inputs) as never, options);
    const state = Object.keys(outputs).map((output) => [output, outputOf(resource, output)]);
    return { urn: resource.urn, state: Object.fromEntries(state) };
  },
} satisfies pulumi.provider.Provider;

/** Other languages pass a bucket as its name. Only a bucket of the stack can have a notification. */
function argumentsOf(inputs: pulumi.Inputs): pulumi.Inputs {
  const { rawBucket, trigger } = inputs;
  if (trigger !== "notification" || rawBucket === undefined) return inputs;
  return { ...inputs, rawBucket: { name: pulumi.output(rawBucket), managed: true } };
}

/** An output of the schema: a bucket's name or ARN, a method's result as JSON, or the member of that name. */
function outputOf(resource: pulumi.ComponentResource, name: string): unknown {
  const members = resource as unknown as Readonly<Record<string, unknown>>;
  const [, bucket] = /^(\w*[bB]ucket)Arn$/.exec(name) ?? [];
  if (bucket !== undefined) return (members[bucket] as BucketRef | undefined)?.arn;
  const value = members[name];
  if (typeof value === "function") return pulumi.jsonStringify(value.call(resource));
  return /[bB]ucket$/.test(name) ? (value as BucketRef | undefined)?.name : value;
}
