// The resources inside a component, by key: to read (`nodes`) and to change (`transform`).
import * as pulumi from "@pulumi/pulumi";
import { nearest } from "../arguments/nearest";
import { problemsError } from "../arguments/problems";

type ResourceOf<C> = C extends abstract new (...args: never[]) => infer Resource ? Resource : never;
type ArgsOfResource<C> = C extends abstract new (
  name: string,
  args: infer Args,
  opts?: never,
) => unknown
  ? Args
  : never;

/** The resources inside a component, by key. `T` names their classes. */
export type Nodes<T extends object> = { readonly [K in keyof T]: ResourceOf<NonNullable<T[K]>> };

/** Changes one resource: arguments to merge over the component's, or a function that returns some or edits in place. */
export type Transform<Args> =
  | Partial<Args>
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that edits in place returns nothing
  | ((args: Args, opts: pulumi.CustomResourceOptions, name: string) => Partial<Args> | void);

/** A hook for each resource inside a component, by key. */
export type Transforms<T extends object> = {
  readonly [K in keyof T]?: Transform<NonNullable<ArgsOfResource<NonNullable<T[K]>>>> | undefined;
};

/** Collects a component's children as they are created. */
interface InnerResources {
  /** The component's options, which record every child and apply the user's changes. */
  options: pulumi.ComponentResourceOptions;
  /** The children by key. */
  nodes: Record<string, pulumi.CustomResource>;
  /** @throws pulumi.RunError if a hook belongs to no child. */
  finish(): void;
}

/**
 * Records the children of a component and applies the user's changes.
 * @param component such as `SpotifyExtractor`
 */
export function innerResources(
  component: string,
  name: string,
  transform: object = {},
  opts: pulumi.ComponentResourceOptions = {},
): InnerResources {
  const hooks = transform as Readonly<Record<string, Transform<object> | undefined>>;
  const nodes: Record<string, pulumi.CustomResource> = {};
  const note: pulumi.ResourceTransformation = (child) => {
    if (!(child.resource instanceof pulumi.CustomResource) || !child.name.startsWith(`${name}-`)) return undefined;
    const key = keyOf(child.name.slice(name.length + 1), child.type);
    nodes[key] = child.resource;
    const hook = hooks[key];
    if (hook === undefined) return undefined;
    const [props, options] = [{ ...child.props }, { ...child.opts }];
    const changes = typeof hook === "function" ? hook(props, options, child.name) : hook;
    return { props: { ...props, ...changes }, opts: options };
  };
  return {
    nodes,
    options: { ...opts, transformations: [note, ...(opts.transformations ?? [])] },
    finish() {
      const known = Object.keys(nodes).sort();
      const unmet = Object.keys(hooks).filter((key) => hooks[key] !== undefined && nodes[key] === undefined);
      const problems = unmet.map((key) => {
        const meant = nearest(key, known);
        const advice = meant === undefined ? `it has ${known.join(", ")}` : `did you mean ${meant}?`;
        return { property: `transform.${key}`, fault: "the component has no such resource", advice };
      });
      if (problems.length > 0) throw problemsError(`${component} "${name}"`, problems);
    },
  };
}

/** A child's key: the rest of its logical name and its type, in camel case: `extract` and `Role` are `extractRole`. */
export function keyOf(suffix: string, type: string): string {
  const camel = suffix.replace(/[-_](\w)/g, (_match, letter: string) => letter.toUpperCase());
  const kind = type.slice(type.lastIndexOf(":") + 1);
  return camel.toLowerCase().endsWith(kind.toLowerCase()) ? camel : `${camel}${kind}`;
}
