/** Shorthands for the SDK's policies. */
import {
  type PolicyResource,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  UnknownValueError,
} from "@pulumi/policy";

export type Props = Record<string, unknown>;

/** Whether a resource is of one of these types, named by the token's last part: `Bucket` for `aws:s3/bucket:Bucket`. */
export function isA(type: string, ...names: readonly string[]): boolean {
  return type.startsWith("aws:") && names.includes(type.slice(type.lastIndexOf(":") + 1));
}

/**
 * What a rule looks for. `forbids`: a value that must not be set; if no known value is at fault, an unknown one may
 * still be. `requires`: a value that must be set; if it is missing, it may be among the unknown ones.
 */
type Kind = "forbids" | "requires";

/** The rules that could not check all values, with the resources' names. Cleared by `undecidedRules`. */
const undecided = new Map<string, Set<string>>();

/** A rule about single resources of some types. `fault` returns what is wrong, or undefined. */
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

/**
 * A rule about resources that must go with others. `fault` returns what is wrong with a resource of these types, or
 * undefined.
 */
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

/** Reports in one line what the rules could not check in a preview. The deployment checks all of it. */
export const undecidedRules: StackValidationPolicy = {
  name: "first-preview",
  description: "What a preview cannot check, because the values are known only at the deployment.",
  enforcementLevel: "advisory",
  validateStack(_args, report) {
    if (undecided.size === 0) return;
    const rules = [...undecided].map(([rule, resources]) => `${rule} (${[...resources].sort().join(", ")})`);
    undecided.clear();
    report(`checked at the deployment, when the values are known: ${rules.sort().join("; ")}`);
  },
};

/** A rule's fault in the known values. If it depends on unknown values, the rule is undecided. */
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

/**
 * The same properties. A value that a preview does not know yet is undefined; otherwise it would throw and end the
 * rule.
 */
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
 * Whether a resource's property names another resource. In a preview the name may be unknown, so the dependency
 * decides: reading an unknown value ends the rule.
 */
export function refersTo(resource: PolicyResource, property: string, other: PolicyResource, key: string): boolean {
  const known = resource.propertyDependencies[property] ?? [];
  if (known.length > 0) return known.some(({ urn }) => urn === other.urn);
  return resource.props[property] !== undefined && resource.props[property] === other.props[key];
}

/** The value at a path of a resource's properties, such as `configuration.enforceWorkgroupConfiguration`. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => (inner as Props | undefined)?.[key], value);
}

/** A list from one value or several. */
export function list<T>(oneOrMany: T | readonly T[] | undefined): readonly T[] {
  if (oneOrMany === undefined) return [];
  return Array.isArray(oneOrMany) ? oneOrMany : [oneOrMany as T];
}
