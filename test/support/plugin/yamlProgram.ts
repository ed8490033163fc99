/** A program in Pulumi's YAML: checked against a schema as Pulumi's own checker does, and run on an engine. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Engine } from "./engine";
import { type Constructed, type Json, outputOf, secretOf, unwrapped } from "./wire";

interface Property {
  type?: string;
  $ref?: string;
  items?: Property;
  additionalProperties?: Property;
}
interface Properties {
  properties: Readonly<Record<string, Property>>;
}
interface ResourceSpec extends Properties {
  inputProperties: Readonly<Record<string, Property>>;
  requiredInputs: readonly string[];
}

/** The schema of a package. */
export interface Schema {
  resources: Readonly<Record<string, ResourceSpec>>;
  types: Readonly<Record<string, Partial<Properties> & { required?: string[]; enum?: { value: string }[] }>>;
}

/** A program. */
export interface YamlProgram {
  config: Readonly<Record<string, { secret?: boolean }>>;
  resources: Readonly<Record<string, { type: string; name?: string; properties: Json }>>;
  outputs: Json;
}

/** Reads a program's text. */
export function parseProgram(text: string): YamlProgram {
  const yaml = createRequire(require.resolve("@pulumi/pulumi"))("js-yaml") as { load(text: string): unknown };
  return yaml.load(text) as YamlProgram;
}

/** Reads a program's file. */
export function readProgram(file: string): YamlProgram {
  return parseProgram(readFileSync(file, "utf8"));
}

const reference = /\$\{([^}]+)\}/g;
const whole = /^\$\{([^}]+)\}$/;
const specOf = (schema: Schema, type: string) => schema.resources[type.replace(/^(\w+):(\w+)$/, "$1:index:$2")];

/** What Pulumi would refuse: unknown types, properties and references, missing properties, values of another type. */
export function problemsOf(program: YamlProgram, schema: Schema): string[] {
  /** The property that a reference reads; a word if there is none. */
  function referred(path: string): Property | string {
    if (path === "pulumi.stack" || path in program.config) return { type: "string" };
    const [resource = "", output = ""] = path.split(".");
    const spec = specOf(schema, program.resources[resource]?.type ?? "");
    return spec?.properties[output] ?? `there is no ${path}`;
  }
  function valueProblems(where: string, value: unknown, property: Property): string[] {
    const { type = "string", $ref, items, additionalProperties } = property;
    if (typeof value === "string") {
      const broken = [...value.matchAll(reference)].map(([, path = ""]) => referred(path));
      const words = broken.filter((found) => typeof found === "string");
      if (words.length > 0) return words.map((word) => `${where}: ${word}`);
      const [found] = whole.test(value) ? (broken as Property[]) : [];
      if (found !== undefined) return found.type === type ? [] : [`${where}: ${value} is of type ${found.type}`];
    }
    if ($ref === "pulumi.json#/Any") return [];
    const named = $ref === undefined ? undefined : schema.types[$ref.replace("#/types/", "")];
    if (named?.enum !== undefined) {
      return named.enum.some((one) => one.value === value) ? [] : [`${where}: ${value} is not one of its values`];
    }
    if (named !== undefined) return objectProblems(where, value as Json, named.properties ?? {}, named.required ?? []);
    if (type === "array") {
      if (!Array.isArray(value)) return [`${where}: it is not a list`];
      return value.flatMap((one, i) => valueProblems(`${where}[${i}]`, one, items ?? {}));
    }
    if (type === "object") {
      return Object.entries(value as Json).flatMap(([key, one]) =>
        valueProblems(`${where}.${key}`, one, additionalProperties ?? {}),
      );
    }
    const isRight = type === "integer" ? Number.isInteger(value) : typeof value === type;
    return isRight ? [] : [`${where}: ${value} is not of type ${type}`];
  }
  function objectProblems(
    where: string,
    given: Json,
    properties: Readonly<Record<string, Property>>,
    required: readonly string[],
  ): string[] {
    const missing = required.filter((key) => !(key in given)).map((key) => `${where}.${key}: it is missing`);
    const values = Object.entries(given).flatMap(([key, value]) => {
      const property = properties[key];
      return property === undefined
        ? [`${where}.${key}: there is no such property`]
        : valueProblems(`${where}.${key}`, value, property);
    });
    return [...missing, ...values];
  }
  function exportProblems(where: string, value: unknown): string[] {
    if (typeof value === "string") return valueProblems(where, value, { type: "string" });
    return Object.entries(value as Json).flatMap(([key, one]) => exportProblems(`${where}.${key}`, one));
  }
  const resources = Object.entries(program.resources).flatMap(([key, { type, properties }]) => {
    const spec = specOf(schema, type);
    if (spec === undefined) return [`${key}: there is no ${type}`];
    return objectProblems(key, properties, spec.inputProperties, spec.requiredInputs);
  });
  return [...resources, ...exportProblems("outputs", program.outputs)];
}

/** Constructs the resources in the program's order, and exports the outputs. */
export async function runYaml(
  program: YamlProgram,
  engine: Engine,
  config: Readonly<Record<string, string>>,
): Promise<void> {
  const made = new Map<string, Constructed>();
  let used = new Set<string>();
  function resolved(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolved);
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one)]));
    }
    const [, path] = whole.exec(String(value)) ?? [];
    if (path === undefined)
      return typeof value === "string" ? value.replaceAll("$" + "{pulumi.stack}", engine.stack) : value;
    if (path in program.config) return program.config[path]?.secret ? secretOf(config[path]) : config[path];
    const [resource = "", output = ""] = path.split(".");
    const { urn, state, dependencies } = made.get(resource) as Constructed;
    const urns = [urn, ...(dependencies.get(output) ?? [])];
    for (const one of urns) used.add(one);
    return outputOf(state[output], urns);
  }
  for (const [key, { type, name = key, properties }] of Object.entries(program.resources)) {
    const dependencies = new Map<string, string[]>();
    const inputs: Json = {};
    for (const [property, value] of Object.entries(properties)) {
      used = new Set();
      inputs[property] = resolved(value);
      dependencies.set(property, [...used]);
    }
    const token = type.replace(/^(\w+):(\w+)$/, "$1:index:$2");
    if (engine.construct === undefined) throw new Error("no plugin is running");
    made.set(key, await engine.construct(token, name, inputs, { dependencies }));
  }
  engine.outputs = unwrapped(resolved(program.outputs)) as Json;
}
