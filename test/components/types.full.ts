// What the compiler accepts: every @example of the components, every key of `nodes`, and the inputs of every resource, computed
// and cast values included, as @pulumi/aws declares them.
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import ts from "typescript";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { keyOf } from "../../components/aws/innerResources";
import type { Registered } from "../../emulator/resources";
import { exampleStack } from "../../scripts/exampleStack";
import { awsResources } from "../support/validity/check";
import { everything, otherStacks, plainStacks } from "../support/validity/stacks";

const test = suite("components/types");

const project = path.join(__dirname, "../..");
const sources = path.join(project, "components");

/** Declarations that examples can use without importing them. */
const preamble = `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AthenaCatalog, lakeOutputs, PlaylistTransformer, SpotifyExtractor } from "playlake";
declare const config: pulumi.Config;
`;
const declared: Readonly<Record<string, string>> = {
  extractor: "declare const extractor: SpotifyExtractor;",
  transformer: "declare const transformer: PlaylistTransformer;",
  athena: "declare const athena: AthenaCatalog;",
};

/** The code of every @example in the components' docstrings. */
function examples(): string[] {
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  return files.flatMap((file) => {
    const text = readFileSync(path.join(sources, file), "utf8");
    const blocks = text.matchAll(/\/\*\*(?:(?!\*\/)[\s\S])*?@example\n([\s\S]*?)\*\//g);
    return [...blocks].map(([, code = ""]) => code.replace(/^ *\* ?/gm, ""));
  });
}

/** What the compiler finds in each program, with the project's own options. The files exist in memory only. */
function compile(programs: readonly string[]): ts.Diagnostic[][] {
  const files = new Map(programs.map((text, i) => [path.join(project, "examples", `.checked-${i}.ts`), text]));
  const config = ts.readConfigFile(path.join(project, "tsconfig.json"), ts.sys.readFile).config as object;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, project);
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.getSourceFile = (file, language, ...rest) => {
    const text = files.get(file);
    return text === undefined ? getSourceFile(file, language, ...rest) : ts.createSourceFile(file, text, language);
  };
  const program = ts.createProgram([...files.keys()], { ...options, noUnusedLocals: false }, host);
  return [...files.keys()].map((file) => [...ts.getPreEmitDiagnostics(program, program.getSourceFile(file))]);
}

function messageOf({ file, start = 0, messageText }: ts.Diagnostic): string {
  const line = file?.text.slice(start, file.text.indexOf("\n", start)) ?? "";
  return `${ts.flattenDiagnosticMessageText(messageText, "\n")}: ${line}`;
}

/** A line for each key that the components' resources have: it compiles if \`nodes\` has a type for it. */
async function keyLines(): Promise<string[]> {
  const stacks = await Promise.all([exampleStack(everything), exampleStack({ catalog: "inferred" })]);
  const variables: Readonly<Record<string, string>> = {
    SpotifyExtractor: "extractor",
    PlaylistTransformer: "transformer",
    AthenaCatalog: "athena",
  };
  const lines = stacks.flatMap(({ resources }) =>
    resources.flatMap(({ parent = "", name, type }) => {
      const variable = variables[parent.split(":").at(-3) ?? ""];
      if (variable === undefined) return [];
      const kind = type.slice(type.lastIndexOf(":") + 1);
      const key = keyOf(name.replace(/^playlake-/, ""), type);
      return [
        `export const ${variable}_${key}: aws.${type.split(":")[1]?.split("/")[0]}.${kind} | undefined = ${variable}.nodes.${key};`,
      ];
    }),
  );
  return [...new Set(lines)].sort();
}

/** A value as a literal. An archive has type any. */
function literal(value: unknown): string {
  if (value === undefined) return "undefined";
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (Object.getPrototypeOf(value) !== Object.prototype) return "undefined as never";
  return `{ ${Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${literal(inner)}`)
    .join(", ")} }`;
}

interface Typed extends Pick<Registered, "type" | "name" | "inputs"> {
  stack: string;
}

/** A line of source that assigns a resource's inputs to its Args type. */
function declaration({ type, inputs }: Typed, index: number): string {
  const [, module = "", name = ""] = /^awsx?:([^:]+):(\w+)$/.exec(type) ?? [];
  const file = type.startsWith("awsx:") ? `@pulumi/awsx/${module}/${name.toLowerCase()}` : `@pulumi/aws/${module}`;
  return `export const r${index}: import("${file}").${name}Args = ${literal(inputs)};`;
}

/** The programs of all tests: compiled together, since @pulumi/aws takes the compiler seconds. */
let found: { documented: ts.Diagnostic[]; inputs: ts.Diagnostic[] };
let resources: Typed[];

const bad: readonly Typed[] = [
  { stack: "bad", type: "aws:sqs/queue:Queue", name: "unknown", inputs: { messageRetention: 60 } },
  { stack: "bad", type: "aws:sqs/queue:Queue", name: "type", inputs: { messageRetentionSeconds: "60" } },
  {
    stack: "bad",
    type: "aws:scheduler/schedule:Schedule",
    name: "missing",
    inputs: { scheduleExpression: "rate(1 day)" },
  },
  { stack: "bad", type: "awsx:cloudtrail:Trail", name: "nested", inputs: { s3Bucket: { existing: { id: "a" } } } },
];

test.before(async () => {
  const documented = examples();
  assert.ok(documented.length >= 7, `${documented.length} examples`);
  const programs = documented.map((code) => {
    const needed = Object.entries(declared).filter(([name]) => !code.includes(`const ${name} =`));
    return `${preamble}${needed.map(([, line]) => line).join("\n")}\n${code}`;
  });
  const keys = await keyLines();
  assert.ok(keys.length > 100, `${keys.length} keys`);
  const all = Object.values(declared).join("\n");
  const wrong = "export const wrong = extractor.nodes.extractFuncton;";
  const stacks = [...plainStacks, ...otherStacks];
  const registered = await Promise.all(
    stacks.map(async (stack) => (await awsResources(stack)).map((one) => ({ ...one, stack: stack.name }))),
  );
  resources = [...registered.flat(), ...bad];
  assert.ok(resources.length > 500);
  const [inputs = [], ...others] = compile([
    resources.map(declaration).join("\n"),
    ...programs,
    `${preamble}${all}\n${keys.join("\n")}\n${wrong}\n`,
  ]);
  found = { documented: others.flat(), inputs };
});

test("every @example and every key of nodes compiles, and a wrong key does not", () => {
  assert.equal(found.documented.map(messageOf), [
    "Property 'extractFuncton' does not exist on type 'Nodes<ExtractorResources>'. Did you mean 'extractFunction'?: extractFuncton;",
  ]);
});

test("no resource has an unknown or missing property or a value of another type", () => {
  const complaints = found.inputs.map((diagnostic) => {
    const { line } = diagnostic.file!.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
    const { stack, type, name } = resources[line]!;
    return [`${stack}: ${type} ${name}`, messageOf(diagnostic).slice(0, 200)];
  });
  assert.equal(
    complaints.map(([resource]) => resource),
    bad.map(({ type, name }) => `bad: ${type} ${name}`),
    complaints.join("\n"),
  );
});

test.run();
