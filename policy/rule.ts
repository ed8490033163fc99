/** Short forms of the SDK's policies. */
import {
  type PolicyResource,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  UnknownValueError,
} from "@pulumi/policy";

export type Props = Record<string, unknown>;

/** A resource's token by its last part: `Bucket` for `aws:s3/bucket:Bucket`. */
export function isA(type: string, ...names: readonly string[]): boolean {
  return type.startsWith("aws:") && names.includes(type.slice(type.lastIndexOf(":") + 1));
}

/**
 * What a rule looks for. `forbids`: something that must not be there; if it is not in what is known, it may still be in what
 * is not known yet. `requires`: something that must be there; if it is missing, it may be in what is not known yet.
 */
type Kind = "forbids" | "requires";

/** The rules that could not look at all values, with the resources' names. Emptied by `undecidedRules`. */
const undecided = new Map<string, Set<string>>();

/** A rule about single resources of some types: `fault` says what is wrong, or nothing. */
export function resourceRule(
  name: string,
  kind: Kind,
  description: string,
  types: readonly string[],
  fault: (props: Props, type: string) => string | undefined,
): ResourceValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateResource({ type, name: resource, props }, report) {
      if (!isA(type, ...types)) return;
      const found = decided(name, resource, kind, props, (known) => fault(known, type));
      if (found !== undefined) report(found);
    },
  };
}

/** A rule about resources that must go with others: `fault` says what is wrong with one of these types, or nothing. */
export function stackRule(
  name: string,
  description: string,
  types: readonly string[],
  fault: (resource: PolicyResource, all: readonly PolicyResource[]) => string | undefined,
): StackValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateStack({ resources }, report) {
      for (const resource of resources.filter(({ type }) => isA(type, ...types))) {
        const allProps = resources.map(({ props }) => props);
        const found = decided(name, resource.name, "requires", allProps, (known) => {
          const seen = resources.map((one, i) => ({ ...one, props: known[i] as Props }));
          return fault(seen[resources.indexOf(resource)] as PolicyResource, seen as PolicyResource[]);
        });
        if (found !== undefined) report(`${resource.name}: ${found}`, resource.urn);
      }
    },
  };
}

/** Says in one line what the rules could not look at in a preview: the deployment itself looks at all of it. */
export const undecidedRules: StackValidationPolicy = {
  name: "first-preview",
  description: "What a preview cannot check because the values are known only after the deployment.",
  enforcementLevel: "advisory",
  validateStack(_args, report) {
    if (undecided.size === 0) return;
    const rules = [...undecided].map(([rule, resources]) => `${rule} (${[...resources].sort().join(", ")})`);
    undecided.clear();
    report(`checked at the deployment, when the values are known: ${rules.sort().join("; ")}`);
  },
};

/** A rule's fault in what is known. If it may only come from what is not known, the rule is undecided. */
function decided<T extends object>(
  rule: string,
  resource: string,
  kind: Kind,
  props: T,
  fault: (known: T) => string | undefined,
): string | undefined {
  let hasUnknown = false;
  const found = fault(
    knownPart(props, () => {
      hasUnknown = true;
    }),
  );
  const isDecided = kind === "forbids" ? found !== undefined : found === undefined;
  if (!hasUnknown || isDecided) return found;
  undecided.set(rule, (undecided.get(rule) ?? new Set()).add(resource));
  return undefined;
}

/** The same properties; one that a preview does not know yet is undefined instead of an error that ends the rule. */
function knownPart<T>(value: T, onUnknown: () => void): T {
  if (value === null || typeof value !== "object") return value;
  return new Proxy(value, {
    get(target, key) {
      try {
        const inner: unknown = Reflect.get(target, key);
        return typeof inner === "function" ? inner : knownPart(inner, onUnknown);
      } catch (error) {
        if (!(error instanceof UnknownValueError)) throw error;
        onUnknown();
        return undefined;
      }
    },
  });
}

/**
 * Whether a resource's property names another resource. In a preview the name may not be known, and the dependency tells;
 * to look at what is not known ends the rule.
 */
export function refersTo(resource: PolicyResource, property: string, other: PolicyResource, key: string): boolean {
  const known = resource.propertyDependencies[property] ?? [];
  if (known.length > 0) return known.some(({ urn }) => urn === other.urn);
  return resource.props[property] !== undefined && resource.props[property] === other.props[key];
}

/** What is at a path of a resource's properties, such as `configuration.enforceWorkgroupConfiguration`. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => (inner as Props | undefined)?.[key], value);
}

/** A list where one or several may stand. */
export function list<T>(oneOrMany: T | readonly T[] | undefined): readonly T[] {
  if (oneOrMany === undefined) return [];
  return Array.isArray(oneOrMany) ? oneOrMany : [oneOrMany as T];
}
