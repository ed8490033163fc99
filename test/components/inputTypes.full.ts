// Checks every resource's inputs against the types of @pulumi/aws, including casts and computed values.
import path from "node:path";
import ts from "typescript";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Registered } from "../../emulator/resources";
import { awsResources } from "../support/validity/check";
import { otherStacks, plainStacks } from "../support/validity/stacks";

const test = suite("components/inputTypes");

const projectFolder = path.join(__dirname, "../..");
const fileName = path.join(projectFolder, "inputs.generated.ts");

/** A value as a literal. An archive has type any. */
function literal(value: unknown): string {
  if (value === undefined) return "undefined";
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (Object.getPrototypeOf(value) !== Object.prototype) return "undefined as never";
  return `{ ${Object.entries(value)
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

/** The compiler's errors about the inputs, by resource. The source file exists only in memory. */
function complaints(resources: readonly Typed[]): string[] {
  const source = resources.map(declaration).join("\n");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    skipDefaultLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: ["node"],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => file === fileName || fileExists(file);
  host.getSourceFile = (file, ...rest) =>
    file === fileName ? ts.createSourceFile(file, source, ts.ScriptTarget.ES2022) : getSourceFile(file, ...rest);
  const program = ts.createProgram([fileName], options, host);
  const file = program.getSourceFile(fileName);
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((diagnostic) => {
    const { line } = file!.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
    const { stack, type, name } = resources[line]!;
    return `${stack}: ${type} ${name}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, " ")}`;
  });
}

test("no resource has an unknown or missing property or a value of another type", async () => {
  const all: Typed[] = [];
  for (const stack of [...plainStacks, ...otherStacks]) {
    for (const { type, name, inputs } of await awsResources(stack)) all.push({ stack: stack.name, type, name, inputs });
  }
  assert.ok(all.length > 500);
  const bad: Typed[] = [
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
  const found = complaints([...all, ...bad]);
  assert.equal(
    found.map((line) => line.replace(/(: aws[^ ]* \w+): .*/, "$1")),
    bad.map(({ type, name }) => `bad: ${type} ${name}`),
    found.join("\n"),
  );
});

test.run();
