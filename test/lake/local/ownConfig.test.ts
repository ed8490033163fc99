import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ownConfig } from "../../../lake/local/ownConfig";
import { stackFileOf } from "../../../lake/local/ownProgram";
import { temporaryFolder } from "../../support/commandLine";

const test = suite("lake/local/ownConfig");
const { folder, remove } = temporaryFolder();
test.after(remove);

/** A folder with these files. */
function holding(files: Readonly<Record<string, string>>): string {
  const made = path.join(folder, String(Math.random()));
  mkdirSync(made);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(made, name), text);
  return made;
}

const choices: readonly [files: string, stack: string | undefined, chosen: string | undefined | Error][] = [
  ["", undefined, undefined],
  ["Pulumi.yaml", undefined, undefined],
  ["Pulumi.yaml Pulumi.dev.yaml", undefined, "Pulumi.dev.yaml"],
  ["Pulumi.yaml Pulumi.dev.yml", "", "Pulumi.dev.yml"],
  ["Pulumi.yaml Pulumi.dev.yaml Pulumi.prod.yaml", "prod", "Pulumi.prod.yaml"],
  ["Pulumi.dev.yaml Pulumi.prod.yaml", "me/my-lists/dev", "Pulumi.dev.yaml"],
  [
    "Pulumi.prod.yaml Pulumi.dev.yaml",
    undefined,
    Error("there are Pulumi.dev.yaml, Pulumi.prod.yaml; name the stack whose values a run takes: PULUMI_STACK=dev"),
  ],
  ["Pulumi.dev.yaml", "prod", Error("PULUMI_STACK is prod, and there is no Pulumi.prod.yaml")],
];

test("the stack's file is the named one, else the only one", () => {
  for (const [files, stack, chosen] of choices) {
    const made = holding(Object.fromEntries(files.split(" ").flatMap((name) => (name === "" ? [] : [[name, ""]]))));
    const choose = () => stackFileOf(made, stack);
    if (chosen instanceof Error) assert.throws(choose, (error: Error) => error.message === chosen.message);
    else assert.is(choose(), chosen, `${files}, ${stack}`);
  }
});

const project = `name: my-lists
config:
  schedule: {type: string, default: "cron(0 6 * * ? *)"}
  timezone: {type: string, default: UTC}
  memoryMiB: 512
  market: {type: string}
  token: {type: string, secret: true, default: none}
  aws:defaultTags: {value: {tags: {team: music}}}
`;
const dev = `encryptionsalt: v1:abc
config:
  my-lists:timezone: Europe/Berlin
  my-lists:day: 2026-11-01
  my-lists:playlists: [a, b]
  my-lists:limits: {most: 3, isOn: true}
  my-lists:nothing: null
  my-lists:spotifyClientId: {secure: AAAB}
  aws:region: eu-central-1
  aws:token: {secure: AAAB}
`;
const configOf = (files: Readonly<Record<string, string>>, given: readonly string[] = []) =>
  ownConfig({ project: "my-lists", folder: holding(files), main: "index.ts", stackFile: "Pulumi.dev.yaml" }, given);

test("a program gets the stack's values, else the defaults, as Pulumi passes them", () => {
  const files = { "Pulumi.yaml": project, "Pulumi.dev.yaml": dev };

  assert.equal(configOf(files, ["my-lists:playlists", "my-lists:spotifyClientId"]), {
    values: {
      "my-lists:schedule": "cron(0 6 * * ? *)",
      "my-lists:timezone": "Europe/Berlin",
      "my-lists:memoryMiB": "512",
      "my-lists:token": "none",
      "aws:defaultTags": '{"tags":{"team":"music"}}',
      "my-lists:day": "2026-11-01",
      "my-lists:limits": '{"most":3,"isOn":true}',
      "aws:region": "eu-central-1",
    },
    secretKeys: ["my-lists:token"],
  });
});

const refused: readonly [text: string, message: string][] = [
  [
    "config:\n  my-lists:key: {secure: A}\n  my-lists:list: [{secure: B}]\n  aws:token: {secure: C}\n",
    "Pulumi.dev.yaml: a local run does not decrypt my-lists:key, my-lists:list; " +
      "give a value: --config key=... --config list=...",
  ],
  ["config: [", "Pulumi.dev.yaml is not YAML: unexpected end of the stream within a flow collection (2:1)"],
];

test("the program's encrypted values, and what is not YAML, are refused in one line", () => {
  for (const [text, message] of refused) {
    assert.throws(
      () => configOf({ "Pulumi.dev.yaml": text }),
      (error: Error) => assert.is(error.message, message) ?? true,
    );
  }
});

test("files without config set nothing", () => {
  for (const text of ["", "name: x", "config:", "- a"]) {
    assert.equal(configOf({ "Pulumi.yaml": text, "Pulumi.dev.yaml": text }), { values: {}, secretKeys: [] });
  }
});

test.run();
