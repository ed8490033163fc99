// docs/reuse.md: the components in somebody's own program, every argument from its docstring.
import { type Declared, type DeclaredType, readDeclarations } from "./declarations";

const components = ["SpotifyExtractor", "PlaylistTransformer", "AthenaCatalog"] as const;
const shared = ["BucketRef", "OwnTable"] as const;

const introduction = `# Reuse

The three components are an npm package. Each stands alone, and can be in a stack more than once: names of resources begin
with the component's. This page is written by \`npm run docs\` from the docstrings in \`components/\`.

\`\`\`text
npm install playlake @pulumi/pulumi @pulumi/aws
\`\`\`

| example | what it shows |
| --- | --- |
| [examples/existing-bucket](../examples/existing-bucket/index.ts) | two components in a stack of one's own, the tables in a bucket that is there already |
| [examples/twice](../examples/twice/index.ts) | all three components twice in one stack |
| [examples/own-table](../examples/own-table/index.ts) | a table of one's own beside the lake's, in the same database |
| [examples/automation](../examples/automation/index.ts) | a stack for each user, by Pulumi's Automation API |

What to know of all of them:

- **Buckets.** A bucket that is passed in by name keeps its own settings: the components manage no policy, lifecycle,
  encryption or notification on it. Raw objects in such a bucket are noticed by an EventBridge rule, for which the bucket
  must send its events to EventBridge; with \`trigger: "none"\` whoever writes them invokes the function.
- **Code.** A function's archive holds its callback and the files of packages that it loads, found from this package:
  whatever else a program depends on stays out of it, and another version of node-fetch or papaparse does no harm.
- **Versions.** \`@pulumi/pulumi\` and \`@pulumi/aws\` are peers: the program's own are used. On Node 20 keep
  \`@pulumi/pulumi\` at \`~3.248.0\`; later ones want Node 22.
- **Here.** \`npx playlake\` runs the whole on one machine from the installed package too; its SQL wants
  \`npm install @duckdb/node-api\`.
- **Mistakes.** A component names all of its wrong arguments in one error, before anything is made.
`;

/** The text of docs/reuse.md. @throws where a component's argument has neither docstring nor default */
export function reuseDoc(): string {
  const declarations = readDeclarations();
  const typeOf = (name: string): DeclaredType => {
    const found = declarations.get(name);
    if (found === undefined) throw new Error(`components/ declares no ${name}`);
    return found;
  };
  const sections = components.map((name) => componentSection(name, typeOf(name), typeOf(`${name}Args`)));
  const types = shared.map((name) =>
    [`## ${name}`, "", typeOf(name).text, "", ...argumentTable(typeOf(name).members)].join("\n"),
  );
  return `${[introduction, ...sections, ...types].join("\n").trimEnd()}\n`;
}

function componentSection(name: string, component: DeclaredType, args: DeclaredType): string {
  const isMethod = ({ type }: Declared) => type.startsWith("(");
  const outputs = component.members.filter((member) => !isMethod(member));
  const methods = component.members.filter(isMethod);
  return [
    `## ${name}`,
    "",
    component.text,
    "",
    ...argumentTable(args.members),
    "| output | type | |",
    "| --- | --- | --- |",
    ...outputs.map(({ name, type, text }) => `| \`${name}\` | ${code(type)} | ${cell(text)} |`),
    "",
    ...methods.flatMap(({ name, type, text }) => [`\`${name}${type}\`: ${text}`, ""]),
  ].join("\n");
}

function argumentTable(members: readonly Declared[]): string[] {
  return [
    "| argument | type | default | |",
    "| --- | --- | --- | --- |",
    ...members.map((member) => {
      const { name, type, isRequired, text } = member;
      if (text === "" && member.default === undefined) throw new Error(`${name}: neither a docstring nor a default`);
      return `| \`${name}\` | ${code(type)} | ${isRequired ? "required" : cell(member.default ?? "none")} | ${cell(text)} |`;
    }),
    "",
  ];
}

function code(type: string): string {
  return `\`${cell(type.replaceAll("pulumi.", ""))}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
