import { readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { provider } from "../../plugin/provider";
import { documentedComponents } from "../../scripts/componentDocs";
import { projectFolder } from "../support/commandLine";
import { runTestProgram } from "../support/components/testPrograms";
import { parseProgram, problemsOf, readProgram, type Schema, type YamlProgram } from "../support/plugin/yamlProgram";

const test = suite("plugin/provider");

const schema = JSON.parse(provider.schema) as Schema;

type Outputs = Record<"extractor" | "transformer" | "athena", Record<string, unknown>>;

for (const { name, settings, outputs } of documentedComponents()) {
  test(`${name}: the schema has every argument and output`, () => {
    const { inputProperties, requiredInputs, properties } = schema.resources[`playlake:index:${name}`]!;
    assert.equal(Object.keys(inputProperties), Object.keys(settings));
    const required = Object.keys(settings).filter((key) => settings[key]?.isRequired);
    assert.equal(
      requiredInputs.filter((key) => key !== "trigger"),
      required,
    );
    const names = outputs.map((output) => output.name).filter((output) => output !== "nodes");
    assert.equal(
      names.filter((output) => !(output in properties)),
      [],
    );
  });
}

test("a served component is the class's, and its outputs are plain values", async () => {
  const [direct, served] = [
    await runTestProgram("served", { "test:how": "direct" }),
    await runTestProgram("served", { "test:how": "served" }),
  ];
  const comparable = ({ resources }: typeof direct) =>
    resources.map(({ options: { protect, retainOnDelete }, urn, inputs: { code: _code, ...inputs } }) => {
      return { urn, inputs, protect, retainOnDelete };
    });
  assert.equal(comparable(served), comparable(direct));
  assert.is(served.resources.length > 100, true);
  const { extractor, transformer, athena } = served.outputs as Outputs;
  assert.equal(
    [extractor.rawBucket, extractor.rawBucketArn, extractor.memoryMiB],
    ["music-raw", "arn:aws:s3:::music-raw", 512],
  );
  assert.equal([transformer.lakeBucket, transformer.databaseName], ["music-lake", "music"]);
  assert.equal([athena.resultsBucket, athena.compactBucket], ["music-results", "music-compact"]);
  assert.is((athena.digest as { functionName: string }).functionName, "music-digest");
  assert.equal(Object.keys(JSON.parse(String(athena.readPolicy))), ["Version", "Statement"]);
});

test("a type that is not a component is refused", async () => {
  const made = provider.construct("music", "playlake:index:Nothing", {}, {});
  const message = await made.then(
    () => "it did not fail",
    (error: Error) => error.message,
  );
  assert.is(message, "playlake:index:Nothing: playlake has no such component");
});

const example = readProgram(path.join(projectFolder, "examples/yaml/Pulumi.yaml"));

test("the YAML example fits the schema", () => {
  assert.equal(problemsOf(example, schema), []);
});

test("the YAML of docs/languages.md fits the schema", () => {
  const page = readFileSync(path.join(projectFolder, "docs/languages.md"), "utf8");
  const [, text = ""] = /^```yaml\n(.*?)^```$/ms.exec(page) ?? [];
  const program = { ...parseProgram(text), config: example.config, outputs: {} };
  assert.equal(Object.keys(program.resources), ["extractor", "transformer", "catalog"]);
  assert.equal(problemsOf(program, schema), []);
});

/** Changes to the example, each with what is then wrong. */
const faults: readonly [resource: string, properties: object, problem: string][] = [
  ["extractor", { playlist: ["me"] }, "extractor.playlist: there is no such property"],
  ["extractor", { playlists: "me" }, "extractor.playlists: it is not a list"],
  ["extractor", { memoryMiB: "512" }, "extractor.memoryMiB: 512 is not of type integer"],
  ["transformer", { trigger: "bucket" }, "transformer.trigger: bucket is not one of its values"],
  ["transformer", { rawBucket: "$" + "{extractor.bucket}" }, "transformer.rawBucket: there is no extractor.bucket"],
  [
    "catalog",
    { lakeBucket: "$" + "{extractor.alarmArns}" },
    "catalog.lakeBucket: $" + "{extractor.alarmArns} is of type array",
  ],
  ["catalog", { tables: { charts: { columns: ["day"] } } }, "catalog.tables.charts.location: it is missing"],
];

for (const [resource, properties, problem] of faults) {
  test(`a program with a mistake does not fit: ${problem.split(": ")[0]}`, () => {
    const one = example.resources[resource]!;
    const changed = { ...one, properties: { ...one.properties, ...properties } };
    const program: YamlProgram = { ...example, resources: { ...example.resources, [resource]: changed } };
    assert.equal(problemsOf(program, schema), [problem]);
  });
}

test.run();
