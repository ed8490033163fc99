// The documented code compiles: every @example of the components, and every key of `nodes`.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import ts from "typescript";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { keyOf } from "../../components/aws/innerResources";
import { exampleStack } from "../../scripts/exampleStack";
import { everything } from "../support/validity/stacks";

const test = suite("components/examples");

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

/** The compiler's messages about programs, with the project's own options. */
function messages(programs: readonly string[]): string[] {
  const files = programs.map((_text, i) => path.join(project, "examples", `.checked-${i}.ts`));
  const config = ts.readConfigFile(path.join(project, "tsconfig.json"), ts.sys.readFile).config as object;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, project);
  const unused = { noUnusedLocals: false };
  try {
    for (const [i, text] of programs.entries()) writeFileSync(files[i] as string, text);
    const program = ts.createProgram(files, { ...options, ...unused });
    return files.flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file))).map(messageOf);
  } finally {
    for (const file of files) rmSync(file, { force: true });
  }
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

test("every @example and every key of nodes compiles, and a wrong key does not", async () => {
  const found = examples();
  assert.ok(found.length >= 7, `${found.length} examples`);
  const programs = found.map((code) => {
    const needed = Object.entries(declared).filter(([name]) => !code.includes(`const ${name} =`));
    return `${preamble}${needed.map(([, line]) => line).join("\n")}\n${code}`;
  });
  const keys = await keyLines();
  assert.ok(keys.length > 100, `${keys.length} keys`);
  const all = Object.values(declared).join("\n");
  const wrong = "export const wrong = extractor.nodes.extractFuncton;";
  assert.equal(messages([...programs, `${preamble}${all}\n${keys.join("\n")}\n${wrong}\n`]), [
    "Property 'extractFuncton' does not exist on type 'Nodes<ExtractorResources>'. Did you mean 'extractFunction'?: extractFuncton;",
  ]);
});

test.run();
