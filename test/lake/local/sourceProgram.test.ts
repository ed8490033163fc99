import { writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ofType } from "../../../emulator/resources";
import { programFor } from "../../../lake/local/sourceProgram";
import { reusingCallbacks } from "../../../scripts/exampleStack";
import { projectFolder, temporaryFolder } from "../../support/commandLine";
import { namedSource } from "../../support/pipeline/pipelines";

const test = suite("lake/local/sourceProgram");
const { folder, remove } = temporaryFolder();
test.after(remove);

/** A user's own program, with the components from this repository. */
function ownProgram(main: string, text: string, config = "") {
  const components = JSON.stringify(path.join(projectFolder, "components"));
  const pulumi = JSON.stringify(require.resolve("@pulumi/pulumi"));
  const head = `const playlake = require(${components});\nconst config = new (require(${pulumi}).Config)();\n`;
  writeFileSync(path.join(folder, main), head + text);
  writeFileSync(path.join(folder, "Pulumi.dev.yaml"), config);
  return { project: "my-lists", folder, main, stackFile: "Pulumi.dev.yaml" };
}

const lake = `
const timezone = config.get("timezone");
const extractor = new playlake.SpotifyExtractor("lists", {
  playlists: ["3cEYpjA9oz9GiPac4AsH4n"],
  spotifyClientId: config.requireSecret("spotifyClientId"),
  spotifyClientSecret: config.requireSecret("spotifyClientSecret"),
  timezone,
});
const transformer = new playlake.PlaylistTransformer("lists", { rawBucket: extractor.rawBucket });
const athena = new playlake.AthenaCatalog("lists", { lakeBucket: transformer.lakeBucket });
`;

test("an own program gets its stack's config, and the source's playlists and app", async () => {
  const own = ownProgram(
    "lake.js",
    `${lake}module.exports = playlake.lakeOutputs({ extractor, transformer, athena, timezone });`,
    "config: {my-lists:timezone: Europe/Oslo, my-lists:playlists: [liked], my-lists:spotifyClientId: {secure: A}}",
  );
  const source = await namedSource();

  const run = (config = {}) => reusingCallbacks(() => programFor({ source, own, config }));

  const { outputs: ofStack } = await run();
  const { resources, outputs } = await run({ "my-lists:timezone": "Asia/Tokyo" });

  assert.equal(ofStack.schedules, { run: "lists-run", crawl: "lists-crawl", timezone: "Europe/Oslo" });
  assert.equal(outputs.schedules, { run: "lists-run", crawl: "lists-crawl", timezone: "Asia/Tokyo" });
  const extract = ofType(resources, "aws:lambda/function:Function").find(({ name }) => name === "lists-extract");
  const { assets } = extract!.inputs.code as unknown as { assets: Record<string, { text: string }> };
  const settings = JSON.parse(assets["settings.json"]!.text);
  assert.equal([settings.playlists, settings.timezone], [source.playlists, "Asia/Tokyo"]);
  const app = ofType(resources, "aws:ssm/parameter:Parameter").find(
    (one) => one.outputs.arn === outputs.appParameterArn,
  );
  const { clientId, clientSecret } = source.credentials;
  assert.equal(JSON.parse(String(app?.inputs.value)), { clientId, clientSecret });
});

for (const [what, exported, missing] of [
  ["nothing", "", ""],
  [
    "another program's outputs",
    'module.exports = { rawBucket: "x", schedules: "daily" };',
    ": lakeBucket, resultsBucket, extractFunction, transformFunction, schedules, appParameterArn, tokenParameterArn, database, workgroup, failureQueues missing",
  ],
] as const) {
  test(`an own program that exports ${what} is refused in one line`, async () => {
    const own = ownProgram("other.js", exported);
    const message = `other.js does not export what the commands need${missing}; add: export = lakeOutputs({ ... })`;
    const refusal = await programFor({ source: await namedSource(), own }).catch((error: Error) => error.message);
    assert.is(refusal, message);
  });
}

test.run();
