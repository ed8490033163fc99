// docs/reuse.md: the components in your own program, with every argument's docstring.
import { type DocumentedComponent, documentedComponents, documentedType } from "./componentDocs";
import type { Declared } from "./declarations";

const shared = ["BucketRef", "OwnTable"] as const;

const introduction = `# Reuse

The three components are an npm package. Each works alone, and can be in a stack more than once: the names of its resources
begin with its own. \`npm run docs\` writes this page from the docstrings in \`components/\`.

\`npx playlake init my-playlists\` writes your own project: a program with the three components, its settings, a test, and a
workflow that previews pull requests. To add the components to a program that you have:

\`\`\`text
npm install playlake @pulumi/pulumi @pulumi/aws
\`\`\`

| example | what it shows |
| --- | --- |
| [examples/project](../examples/project/index.ts) | all three components; what \`playlake init\` writes |
| [examples/existing-bucket](../examples/existing-bucket/index.ts) | two components in your own stack, the tables in an existing bucket |
| [examples/twice](../examples/twice/index.ts) | all three components twice in one stack |
| [examples/own-table](../examples/own-table/index.ts) | your own table beside the lake's, in the same database |
| [examples/automation](../examples/automation/index.ts) | a stack for each user, by Pulumi's Automation API |

What holds for all of them:

- **Buckets.** A bucket that is passed in by name keeps its settings: the components manage no policy, lifecycle, encryption
  or notification on it. New raw objects in such a bucket reach the transformer through an EventBridge rule, so the bucket
  must send its events to EventBridge. With \`trigger: "none"\` whoever writes the objects invokes the function. For a bucket that
  your program makes, \`{ name: bucket.bucket, managed: true }\` lets the component set the one notification, and nothing else.
- **Inner resources.** \`nodes\` has every resource inside a component by key: the rest of its logical name and its type, in
  camel case (\`playlists-extract\` of type Role is \`extractRole\`). \`transform\` takes the same keys and changes arguments and
  options of the resource. An argument in it replaces the component's as a whole: to add a variable to \`environment\`, give a function.
- **Your network.** \`transform: { extractRole: { managedPolicyArns: [POLICY] }, extractFunction: { vpcConfig: { subnetIds,
  securityGroupIds } } }\` runs the extractor in your VPC. POLICY is AWS's \`AWSLambdaVPCAccessExecutionRole\`, without which Lambda
  refuses the function. The subnets need a way to Spotify (NAT), S3 and SSM; the transformer's to S3, Glue and SQS.
- **Your KMS key.** If it encrypts the raw or the lake bucket, give the roles a policy for it, as in
  \`new aws.iam.RolePolicy("extract-key", { role: extractor.nodes.extractRole.name, policy })\`: \`extractRole\`,
  \`transformRole\` and \`digestRole\` need \`kms:Decrypt\` and \`kms:GenerateDataKey\` (\`digestRole\` also for its topic's key),
  \`crawlerRole\`, \`compactRole\` and everyone who queries \`kms:Decrypt\`. For a key of the stored Spotify token,
  \`transform: { tokenParameter: { keyId } }\`, \`extractRole\` and whoever logs in need \`kms:Decrypt\` and \`kms:Encrypt\`. Set it before
  the first \`pulumi up\`: it is not changed later, as that would overwrite the token. The local run refuses it.
- **Your rules for roles.** The component's option \`transformations\` reaches every role inside, for a permissions boundary or a path.
  The local run refuses a boundary and managed policies, which it cannot check: leave them out if \`pulumi.getStack()\` is \`local\`.
- **Names and tags.** Pulumi adds eight characters to names. Put the stack into the component's name
  (\`playlists-\${pulumi.getStack()}\`) if several stacks share an account. The provider's \`aws:defaultTags\` reach every
  taggable resource. The option \`aliases: [{ name: OLD }]\` renames a component without replacing anything, if the catalog
  and the transformer keep the old \`databaseName\`.
- **Code.** A function's archive contains its callback, its settings and the files of packages that it loads, found from this
  package. Other dependencies of your program stay out, and another version of node-fetch or papaparse does no harm.
- **Versions.** \`@pulumi/pulumi\` and \`@pulumi/aws\` are peers: your program's are used. On Node 20 keep \`@pulumi/pulumi\` at
  \`~3.248.0\`; later ones need Node 22. With Yarn 1 add the same
  version to \`resolutions\`, else it installs a second copy.
- **Commands.** The commands find a lake by the outputs of its program: \`export = lakeOutputs({ extractor, transformer, athena })\`,
  with \`timezone\` if the extractor has one. Then they take \`--stack NAME\` in your project's folder.
  A component alone has the commands that its alarms name. They find it by outputs with these names, a queue by its URL:
  - SpotifyExtractor, for \`login\`, \`run\` and \`redrive\`: \`appParameterArn\`, \`tokenParameterArn\`, \`extractFunction\` (the
    function's name), \`failureQueues: { extract }\`. \`login\` needs only the first two, and \`tokenKeyId\` if
    the token has your own key.
  - PlaylistTransformer, for \`replay\` and \`redrive\`: \`rawBucket\`, \`transformFunction\`, \`failureQueues: { transform }\`, and
    \`database\` if it has one. With \`lakeBucket\` beside an extractor, \`run\` waits for the tables.
  - AthenaCatalog, for \`crawl\` and \`redrive\`: \`database\`, and \`crawler\`, \`digest\` and
    \`failureQueues: { crawlSchedule, compactSchedule }\` as far as it has them.
- **Locally.** \`npx playlake\` runs a whole pipeline on one machine from the installed package too: yours, if your package.json has
  \`"playlake": { "program": "index.ts" }\` and the program exports \`lakeOutputs\`, else the package's own. Your program gets
  the config that Pulumi gives it: the defaults of \`Pulumi.yaml\` and the values of the stack's file, \`Pulumi.STACK.yaml\`. If there are
  several such files, \`PULUMI_STACK\` names the stack. \`--config KEY=VALUE\` takes precedence, and is needed for a value that is
  encrypted; \`playlists\` and the app's credentials are set by the run. SQL needs \`npm install @duckdb/node-api\`.
- **Mistakes.** A component names all wrong and unknown arguments in one error, before anything is made.
`;

/** The text of docs/reuse.md. @throws if an argument or output has no docstring */
export function reuseDoc(): string {
  const sections = documentedComponents().map(componentSection);
  const types = shared.map((name) => {
    const { text, members } = documentedType(name);
    return [`## ${name}`, "", text, "", ...argumentTable(members)].join("\n");
  });
  return `${[introduction, ...sections, ...types].join("\n").trimEnd()}\n`;
}

function componentSection({ name, text, arguments: args, outputs, methods }: DocumentedComponent): string {
  return [
    `## ${name}`,
    "",
    text,
    "",
    ...argumentTable(args),
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
