// plugin/schema.json: the components as Pulumi's SDK generators read them, from the settings and docstrings.
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Settings } from "../components/arguments/setting";
import { type DocumentedComponent, documentedComponents, documentedType } from "./componentDocs";
import type { Declared } from "./declarations";

type Json = Readonly<Record<string, unknown>>;
type Setting = Settings[string];

const manifest = JSON.parse(readFileSync(path.join(__dirname, "..", "package.json"), "utf8")) as Readonly<
  Record<"name" | "description" | "homepage" | "license", string>
>;

/** Each language's SDK depends on the version that it was generated from. */
const languages = ["nodejs", "python", "go", "csharp", "java"];

/** The text of plugin/schema.json. The provider adds the package's version. @throws if a docstring is missing */
export function pluginSchema(): string {
  const components = documentedComponents();
  const schema = {
    name: manifest.name,
    displayName: "Playlake",
    description: manifest.description,
    keywords: ["pulumi", "kind/component", "category/cloud"],
    homepage: manifest.homepage,
    repository: manifest.homepage.replace(/#.*/, ""),
    license: manifest.license,
    publisher: "playlake",
    language: Object.fromEntries(languages.map((language) => [language, { respectSchemaVersion: true }])),
    resources: Object.fromEntries(components.map((component) => [tokenOf(component.name), resourceOf(component)])),
    types: {
      ...Object.assign({}, ...components.map(enumsOf)),
      [tokenOf("OwnTable")]: ownTable(),
      [tokenOf("Digest")]: digest(),
    },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

const tokenOf = (name: string) => `${manifest.name}:index:${name}`;
const referTo = (name: string) => ({ $ref: `#/types/${tokenOf(name)}` });
const enumName = (setting: string) => setting.slice(0, 1).toUpperCase() + setting.slice(1);
const isEnum = ({ type }: { type: string }) => type.startsWith('"');

/** Arguments that other languages must give: a bucket's name does not show whether the stack owns the bucket. */
const alsoRequired = ["trigger"];

/** The docstrings of arguments that take less than in TypeScript. */
const otherTexts: Readonly<Record<string, string>> = {
  transform:
    "Arguments to merge into those of a resource inside the component, by its key: the rest of its logical name and its type, in camel case, such as `extractFunction`. The arguments have Pulumi's camel-case names in every language.",
};

function resourceOf({ text, settings, arguments: args, outputs, methods }: DocumentedComponent): Json {
  const inputProperties = args.map((argument) => [
    argument.name,
    argumentOf(argument, settings[argument.name] as Setting),
  ]);
  const properties = [...outputs.flatMap(outputsOf), ...methods.flatMap(methodOutputs)];
  return {
    description: text,
    isComponent: true,
    inputProperties: Object.fromEntries(inputProperties),
    requiredInputs: args
      .filter(({ name, isRequired }) => isRequired || alsoRequired.includes(name))
      .map(({ name }) => name),
    ...object(properties),
  };
}

/** Properties by name, and which of them are always there. */
function object(properties: readonly (readonly [name: string, isRequired: boolean, property: Json])[]): Json {
  return {
    properties: Object.fromEntries(properties.map(([name, _isRequired, property]) => [name, property])),
    required: properties.filter(([, isRequired]) => isRequired).map(([name]) => name),
  };
}

function argumentOf(argument: Declared, setting: Setting): Json {
  const { name, type } = argument;
  const text = otherTexts[name] ?? argument.text;
  const isOptional = !argument.isRequired && !alsoRequired.includes(name);
  return {
    ...argumentType(name, type, setting),
    ...(type.startsWith("Input<") || type === "BucketArg" ? {} : { plain: true }),
    ...(setting.rule.isSecret ? { secret: true } : {}),
    description: isOptional ? `${text} Default: ${argument.default}.` : text,
  };
}

function argumentType(name: string, type: string, { rule }: Setting): Json {
  if (isEnum({ type })) return referTo(enumName(name));
  switch (type) {
    case "BucketArg":
    case "Input<string>":
      return { type: "string" };
    case "boolean":
      return { type };
    case "Input<number>":
      return { type: fitsInteger(rule) ? "integer" : "number" };
    case "Input<Input<string>[]>":
      return { type: "array", items: { type: "string" } };
    case "Record<string, OwnTable>":
      // Go's generator forgets a type that is only used as a plain value.
      return { type: "object", additionalProperties: referTo("OwnTable") };
    case "Transforms": {
      const changes = { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" }, plain: true };
      return { type: "object", additionalProperties: changes };
    }
    default:
      throw new Error(`${name}: the schema has no type for ${type}`);
  }
}

/** Pulumi's integers have 32 bits in some languages. */
function fitsInteger({ fault }: Setting["rule"]): boolean {
  return fault(2 ** 31) !== undefined;
}

function enumsOf({ arguments: args }: DocumentedComponent): Json {
  return Object.fromEntries(
    args.filter(isEnum).map(({ name, type, text }) => {
      const values = type.split(" | ").map((value) => ({ value: JSON.parse(value) as string }));
      return [tokenOf(enumName(name)), { type: "string", description: text, enum: values }];
    }),
  );
}

/** An output; a bucket becomes two, its name and its ARN. The resources inside are only of use in TypeScript. */
function outputsOf({ name, type, text }: Declared): (readonly [string, boolean, Json])[] {
  if (name === "nodes") return [];
  const plainType = type.replace(/ \| undefined$/, "").replaceAll("pulumi.", "");
  const property = (key: string, schema: Json, description: string) =>
    [key, plainType === type.replaceAll("pulumi.", ""), { ...schema, description }] as const;
  switch (plainType) {
    case "BucketRef":
      return [
        property(name, { type: "string" }, text),
        property(`${name}Arn`, { type: "string" }, `The ARN of \`${name}\`.`),
      ];
    case "Output<string>":
      return [property(name, { type: "string" }, text)];
    case "Output<number>":
      return [property(name, { type: "integer" }, text)];
    case "readonly Output<string>[]":
      return [property(name, { type: "array", items: { type: "string" } }, text)];
    case "Digest":
      return [property(name, referTo("Digest"), text)];
    default:
      throw new Error(`${name}: the schema has no type for ${type}`);
  }
}

/** A method without parameters becomes an output, its result as JSON. Others need a program in TypeScript. */
function methodOutputs({ name, type, text }: Declared): (readonly [string, boolean, Json])[] {
  return type.startsWith("(): ") ? [[name, true, { type: "string", description: `${text} As JSON.` }]] : [];
}

function digest(): Json {
  const { text, members } = documentedType("Digest");
  return { type: "object", description: text, ...object(members.flatMap(outputsOf)) };
}

function ownTable(): Json {
  const { text, members } = documentedType("OwnTable");
  const types: Readonly<Record<string, Json>> = {
    "readonly string[]": { type: "array", items: { type: "string", plain: true }, plain: true },
    "pulumi.Input<string>": { type: "string" },
  };
  const properties = members.map(
    ({ name, type, text: description }) => [name, true, { ...types[type], description }] as const,
  );
  return { type: "object", description: text, ...object(properties) };
}
