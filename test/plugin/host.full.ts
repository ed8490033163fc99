// The components in programs of other languages: the compiled plugin as Pulumi starts it, against an engine of the test's own.
import { execFile, spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFolder, temporaryFolder } from "../support/commandLine";
import { type Engine, startEngine } from "../support/plugin/engine";
import { installInto } from "../support/plugin/home";
import { type PluginHost, startPlugin } from "../support/plugin/host";
import { type Json, outputOf, unwrapped } from "../support/plugin/wire";
import { readProgram, runYaml } from "../support/plugin/yamlProgram";

const test = suite("plugin/host");
const run = promisify(execFile);

const { folder: home, remove } = temporaryFolder();
const config = { spotifyClientId: "an-id", spotifyClientSecret: "a-secret" };
const configByKey = Object.fromEntries(Object.entries(config).map(([key, value]) => [`music:${key}`, value]));
let plugin = "";

test.before(() => {
  plugin = path.join(installInto(home), "plugin");
  cpSync(path.join(projectFolder, "test/support/plugin/program.js"), path.join(home, "program.js"));
});

test.after(remove);

/** Runs a test with the plugin on an engine. */
async function withPlugin(
  test: (host: PluginHost, engine: Engine) => Promise<void>,
  options?: { isPreview: boolean },
): Promise<void> {
  const engine = await startEngine(options);
  const host = await startPlugin(plugin, engine, home);
  try {
    await test(host, engine);
  } finally {
    host.stop();
    engine.stop();
  }
}

/** What the same program registers with the package's own classes, by Pulumi's runner for Node. */
async function ofClasses(options?: { isPreview: boolean }): Promise<ReturnType<Engine["resources"]>> {
  const engine = await startEngine(options);
  const runner = require.resolve("@pulumi/pulumi/cmd/run");
  const { address, project, stack, isPreview } = engine;
  const flags = { monitor: address, engine: address, project, stack, organization: "organization" };
  const words = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  const env = {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(configByKey),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(Object.keys(configByKey)),
  };
  try {
    await run(process.execPath, [runner, ...words, ...(isPreview ? ["--dry-run"] : []), "program.js"], {
      cwd: home,
      env,
    });
    return engine.resources().filter(({ type }) => type !== "pulumi:pulumi:Stack");
  } finally {
    engine.stop();
  }
}

let classes: Promise<ReturnType<Engine["resources"]>> | undefined;
/** Parents are named by their URN, except the stack, which the plugin does not know. */
const comparable = (resources: ReturnType<Engine["resources"]>) =>
  resources.map((one) => ({ ...one, parent: one.parent.includes("pulumi:pulumi:Stack") ? "" : one.parent }));

test("the schema is the generated one, with the package's version", async () => {
  await withPlugin(async (host) => {
    const { version } = JSON.parse(readFileSync(path.join(projectFolder, "package.json"), "utf8"));
    const schema = JSON.parse(readFileSync(path.join(projectFolder, "plugin/schema.json"), "utf8"));
    assert.equal(JSON.parse(await host.schema()), { ...schema, version });
  });
});

test("the YAML example registers what the classes do, archives included", async () => {
  classes ??= ofClasses();
  const expected = comparable(await classes);
  const functions = expected.filter(({ type }) => type === "aws:lambda/function:Function");
  assert.equal(
    functions.map(({ name }) => name),
    ["music-transform", "music-extract"],
  );
  await withPlugin(async (_host, engine) => {
    const outputs = await runYaml(readProgram(path.join(projectFolder, "examples/yaml/Pulumi.yaml")), engine, config);
    assert.equal(comparable(engine.resources()), expected);
    const { readPolicy, ...others } = unwrapped(outputs) as Json;
    assert.equal(others, {
      tokenParameterArn: "arn:aws:ssm:us-east-1:123456789012:parameter/music/token",
      workgroup: "music-queries",
    });
    assert.equal(Object.keys(JSON.parse(String(readPolicy))), ["Version", "Statement"]);
    assert.equal(engine.logged, []);
  });
});

test("the Python example registers what the classes do", async () => {
  const venv = path.join(home, "venv");
  const python = path.join(venv, "bin", "python");
  const made = spawnSync("python3", ["-m", "venv", venv]);
  if (made.status !== 0)
    return console.log("plugin: python3 with venv is not installed, so examples/python is not run");
  const installed = spawnSync(python, ["-m", "pip", "install", "--quiet", "pulumi~=3.248.0"], { encoding: "utf8" });
  if (installed.status !== 0) return console.log("plugin: pip cannot install pulumi, so examples/python is not run");
  classes ??= ofClasses();
  const expected = comparable(await classes);
  return withPlugin(async (_host, engine) => {
    const support = path.join(projectFolder, "test/support/plugin/python");
    const program = path.join(projectFolder, "examples/python/__main__.py");
    const words = [path.join(support, "run.py"), program, engine.address, engine.project, engine.stack];
    const env = {
      ...process.env,
      PYTHONPATH: process.env.PLAYLAKE_TEST_PYTHON_SDK ?? support,
      PYTHONDONTWRITEBYTECODE: "1",
      PLAYLAKE_SCHEMA: path.join(projectFolder, "plugin/schema.json"),
    };
    await run(python, [...words, JSON.stringify(configByKey)], { env });
    const resources = engine.resources().filter(({ type }) => type !== "pulumi:pulumi:Stack");
    assert.equal(comparable(resources), expected);
  });
});

test("a preview, with buckets that are not known yet, shows the same resources", async () => {
  const isPreview = true;
  const expected = comparable(await ofClasses({ isPreview })).map(({ urn }) => urn);
  await withPlugin(
    async (_host, engine) => {
      await runYaml(readProgram(path.join(projectFolder, "examples/yaml/Pulumi.yaml")), engine, config);
      assert.equal(
        engine.resources().map(({ urn }) => urn),
        expected,
      );
    },
    { isPreview },
  );
});

test("one error names every problem of the arguments", async () => {
  await withPlugin(async (host, engine) => {
    const made = host.construct("playlake:index:SpotifyExtractor", "music", {
      playlists: [],
      spotifyClientId: "an id",
      timezon: "Europe/Berlin",
      forceDestroy: true,
    });
    const message = await made.then(
      () => "it did not fail",
      (error: Error) => error.message,
    );
    assert.is(
      message,
      `SpotifyExtractor "music": 5 problems
  timezon: there is no such argument; did you mean timezone?
  playlists: got []: the list is empty; expected e.g. ["3cEYpjA9oz9GiPac4AsH4n"]
  spotifyClientId: it is empty or contains blanks; expected e.g. "0123456789abcdef0123456789abcdef"
  spotifyClientSecret: it is missing; expected e.g. "0123456789abcdef0123456789abcdef"
  forceDestroy: got true: data that is retained cannot be deleted; set retainData: false too`,
    );
    assert.equal(engine.resources(), []);
  });
});

test("an output with a bad value fails the component, not the plugin", async () => {
  await withPlugin(async (host) => {
    const databaseName = outputOf("A Name", ["urn:pulumi:dev::music::aws:ssm/parameter:Parameter::name"]);
    const inputs = { rawBucket: "their-raw", trigger: "none", databaseName };
    const made = host.construct("playlake:index:PlaylistTransformer", "music", inputs);
    const message = await made.then(
      () => "it did not fail",
      (error: Error) => error.message,
    );
    assert.is(
      message,
      'PlaylistTransformer "music": 1 problem\n  databaseName: got "A Name": it must be lower-case letters, digits and underscores; expected e.g. "playlake_prod"',
    );
    await host.schema();
  });
});

test.run();
