/** Short forms of the SDK's policies. */
import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

export type Props = Record<string, unknown>;

/** A resource's token by its last part: `Bucket` for `aws:s3/bucket:Bucket`. */
export function isA(type: string, ...names: readonly string[]): boolean {
  return type.startsWith("aws:") && names.includes(type.slice(type.lastIndexOf(":") + 1));
}

/** A rule about single resources of some types: `fault` says what is wrong, or nothing. */
export function resourceRule(
  name: string,
  description: string,
  types: readonly string[],
  fault: (props: Props, type: string) => string | undefined,
): ResourceValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateResource({ type, props }, report) {
      if (!isA(type, ...types)) return;
      const found = fault(props, type);
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
        const found = fault(resource, resources);
        if (found !== undefined) report(`${resource.name}: ${found}`, resource.urn);
      }
    },
  };
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
