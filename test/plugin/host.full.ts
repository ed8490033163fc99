// The components in programs of other languages: the compiled plugin as Pulumi starts it, against an engine of the test's own.
import { execFile } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFolder, temporaryFolder } from "../support/commandLine";
import { type Engine, startEngine } from "../support/plugin/engine";
import { installInto } from "../support/plugin/home";
import { type PluginHost, startPlugin } from "../support/plugin/host";
import { outputOf } from "../support/plugin/wire";
import { readProgram, runYaml } from "../support/plugin/yamlProgram";

const test = suite("plugin/host");
const run = promisify(execFile);

const { folder: home, remove } = temporaryFolder();
const config = { spotifyClientId: "an-id", spotifyClientSecret: "a-secret" };
const configByKey = Object.fromEntries(Object.entries(config).map(([key, value]) => [`music:${key}`, value]));
let plugin = "";
/** The folder of Pulumi's SDK for Python; undefined without one. Its installation takes as long as several tests. */
let python: Promise<string | undefined>;
/** A plugin without a program, for the tests that register nothing. */
let idle: { engine: Engine; host: PluginHost };

test.before(async () => {
  python = installPython();
  plugin = path.join(installInto(home), "plugin");
  cpSync(path.join(projectFolder, "test/support/plugin/program.js"), path.join(home, "program.js"));
  const engine = await startEngine();
  idle = { engine, host: await startPlugin(plugin, engine, home) };
});

test.after(async () => {
  idle.host.stop();
  idle.engine.stop();
  await python;
  remove();
});

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

/** What a program registers and exports, without the stack itself and the outputs that are null. */
function resultOf(engine: Engine): { resources: object[]; outputs: object } {
  // The plugin is called without a parent, a program's components have the stack.
  const resources = engine
    .resources()
    .map((one) => ({ ...one, parent: one.parent.replace(/^.*::pulumi:pulumi:Stack::.*/, "") }));
  return {
    resources: resources.filter(({ type }) => type !== "pulumi:pulumi:Stack"),
    outputs: JSON.parse(JSON.stringify(engine.outputs, (_key, value) => value ?? undefined)),
  };
}

/** The result of the same program with the package's own classes, by Pulumi's runner for Node. */
async function resultOfClasses(options?: { isPreview: boolean }): Promise<ReturnType<typeof resultOf>> {
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
    return resultOf(engine);
  } finally {
    engine.stop();
  }
}

const example = readProgram(path.join(projectFolder, "examples/yaml/Pulumi.yaml"));

test("the schema is the generated one, with the package's version", async () => {
  const { version } = JSON.parse(readFileSync(path.join(projectFolder, "package.json"), "utf8"));
  const schema = JSON.parse(readFileSync(path.join(projectFolder, "plugin/schema.json"), "utf8"));
  assert.equal(JSON.parse(await idle.host.schema()), { ...schema, version });
});

/** @returns the folder. If it cannot be installed, a line is printed. */
async function installPython(): Promise<string | undefined> {
  const folder = path.join(home, "python");
  // Compiling all its modules takes longer than the one run that loads some of them.
  const options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--target", folder];
  const words = ["-m", "pip", "install", ...options, "pulumi~=3.248.0"];
  try {
    await run("python3", words);
    return folder;
  } catch {
    console.log(`plugin: examples/python is not run, because this failed: python3 ${words.join(" ")}`);
    return undefined;
  }
}

async function runPython(packages: string, engine: Engine): Promise<void> {
  const support = path.join(projectFolder, "test/support/plugin/python");
  const program = path.join(projectFolder, "examples/python/__main__.py");
  const words = [path.join(support, "run.py"), program, engine.address, engine.project, engine.stack];
  const env = {
    ...process.env,
    PYTHONPATH: packages,
    PYTHONDONTWRITEBYTECODE: "1",
    PLAYLAKE_SCHEMA: path.join(projectFolder, "plugin/schema.json"),
  };
  await run("python3", [...words, JSON.stringify(configByKey)], { env });
}

test("a preview, in which buckets are not known yet, shows the same resources", async () => {
  const isPreview = true;
  const urns = ({ resources }: { resources: object[] }) => resources.map((one) => "urn" in one && one.urn);
  const expected = urns(await resultOfClasses({ isPreview }));
  assert.is(expected.length > 50, true);
  await withPlugin(
    async (_host, engine) => {
      await runYaml(example, engine, config);
      assert.equal(urns(resultOf(engine)), expected);
    },
    { isPreview },
  );
});

test("one error names every problem of the arguments", async () => {
  const { host, engine } = idle;
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

test("an output with a bad value fails the component, not the plugin", async () => {
  const { host } = idle;
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

// Last, since it needs Python.
test("the YAML and the Python example give what the classes do, archives included", async () => {
  const expected = await resultOfClasses();
  const functions = expected.resources.filter((one) => "type" in one && one.type === "aws:lambda/function:Function");
  assert.is(functions.length, 2);
  await withPlugin(async (_host, engine) => {
    await runYaml(example, engine, config);
    assert.equal(resultOf(engine), expected);
    assert.equal(engine.logged, []);
  });
  const installed = await python;
  if (installed === undefined) return;
  await withPlugin(async (_host, engine) => {
    await runPython(installed, engine);
    assert.equal(resultOf(engine), expected);
    assert.equal(engine.logged, []);
  });
});

test.run();
