// Runs the Pulumi program in this process, without CLI, engine or cloud, and returns its registrations.
import { realpathSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { configDefaults, secretConfigKeys } from "../../components/stack/config";
import { awsOutputs } from "../../emulator/awsOutputs";
import type { Registered } from "../../emulator/resources";
import { ownConfig } from "./ownConfig";
import { type OwnProgram, packageProject } from "./ownProgram";

/** The result of a program run. */
export interface ProgramResult {
  /** Sorted by URN, so that the same program gives the same list. Archives are as the emulator reads them, without promises. */
  resources: Registered[];
  /** The stack's outputs, resolved, secrets as plain values. */
  outputs: Record<string, unknown>;
}

/** How to run the program. */
export interface ProgramOptions {
  /** The stack's config by full key (`playlake:playlists`). Values are text as the CLI passes them, lists as JSON. */
  config: Readonly<Record<string, string>>;
  /** A user's own program. @default the package's */
  own?: OwnProgram | undefined;
  /** @default "playlake" */
  project?: string;
  /** @default "local" */
  stack?: string;
  /** True for a preview. @default false */
  preview?: boolean;
  /** Computes what AWS adds to a resource. @default the local cloud's */
  outputsOf?: typeof awsOutputs;
  /** The program's file. @default the project's index.ts, or its compiled file in the package */
  main?: string;
}

type RegisterCallback = (error: unknown, response: { getUrn(): string } | undefined) => void;
interface Monitor {
  registerResource(request: RegisterResourceRequest, callback: RegisterCallback): unknown;
  registerStackTransform(): never;
}

let lastRun: Promise<unknown> = Promise.resolve();

/**
 * Runs the program under Pulumi's mocks. Keys missing in `config` get the values of the stack's file or the defaults of
 * Pulumi.yaml. Runs in one process are queued, since Pulumi's state is global to the process.
 * @throws the program's own errors, unchanged
 */
export function runProgram(options: ProgramOptions): Promise<ProgramResult> {
  const run = lastRun.then(() => runAlone(options));
  lastRun = run.catch(() => undefined);
  return run;
}

/**
 * The folder to start a program in: its own, or, for an installed package, the installing project's. From there Pulumi
 * treats the program's modules as a package's, which callbacks require, instead of parsing their sources.
 */
function folderOf(main: string): string {
  const marker = `${path.sep}node_modules${path.sep}`;
  const end = main.indexOf(marker);
  return end === -1 ? path.dirname(main) : main.slice(0, end + 1);
}

async function runAlone({ own, ...options }: ProgramOptions): Promise<ProgramResult> {
  const ownMain = own && path.join(own.folder, own.main);
  const main = realpathSync(options.main ?? ownMain ?? require.resolve("../../index"));
  const { project = own?.project ?? packageProject } = options;
  const resources = await recordRegistrations({ ...options, project });
  const config =
    own === undefined
      ? { values: configDefaults(project), secretKeys: [] }
      : ownConfig(own, Object.keys(options.config));
  const secretKeys = [...secretConfigKeys(project), ...config.secretKeys];
  pulumi.runtime.setAllConfig({ ...config.values, ...options.config }, secretKeys);
  const folderBefore = process.cwd();
  recordNoTraces();
  // Pulumi's CLI starts a program in its folder, and archive contents are resolved from there.
  process.chdir(folderOf(main));
  try {
    const outputs = await runToTheEnd(main);
    for (const { inputs } of resources) {
      if (pulumi.asset.Archive.isInstance(inputs.code)) inputs.code = await plainAsset(inputs.code, folderOf(main));
    }
    // The order of registration depends on which output resolves first.
    resources.sort((a, b) => (a.urn < b.urn ? -1 : 1));
    return { resources, outputs };
  } finally {
    process.chdir(folderBefore);
  }
}

/**
 * Pulumi records a stack trace for each of its promises, and a whole one for each resource. Nothing here reads them, and they
 * take a third of the run's time.
 */
function recordNoTraces(): void {
  (pulumi.Resource as unknown as { callsites(): unknown[] }).callsites = () => [];
  const debuggable = debuggableModule();
  if (debuggable === undefined || debuggable.debuggablePromise.name === "untraced") return;
  const { debuggablePromise } = debuggable;
  debuggable.debuggablePromise = function untraced(...parameters) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...parameters);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}

interface Debuggable {
  debuggablePromise(promise: Promise<unknown>, context: unknown): Promise<unknown>;
}

/** Pulumi's other modules call its functions through this object. Undefined if a version of Pulumi keeps them elsewhere. */
function debuggableModule(): Debuggable | undefined {
  try {
    return require("@pulumi/pulumi/runtime/debuggable");
  } catch {
    return undefined;
  }
}

/** Sets the mocks; the list grows as the program registers. */
async function recordRegistrations(options: Omit<ProgramOptions, "own">): Promise<Registered[]> {
  const { project, stack = "local", preview = false, outputsOf = awsOutputs } = options;
  const resources: Registered[] = [];
  let registering: Registered | undefined;
  const newResource = ({ type, name, inputs, custom }: pulumi.runtime.MockResourceArgs) => {
    if (type === "pulumi:pulumi:StackReference") throw refusal(`the program reads the stack ${name}, which ${unknown}`);
    const plain = plainValue(inputs) as Record<string, unknown>;
    const { id, state } = custom ? outputsOf(type, name, plain) : { id: "", state: plain };
    if (registering !== undefined) Object.assign(registering, { inputs: plain, outputs: { ...state, id } });
    return { id, state: { ...inputs, ...state } };
  };
  const call = ({ token }: pulumi.runtime.MockCallArgs): never => {
    throw refusal(`the program looks up ${token}, which ${unknown}`);
  };
  await pulumi.runtime.setMocks({ newResource, call }, project, stack, preview);

  // The mocks get neither parent nor options. The monitor's request has both.
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  // The mocks would leave transforms out without a word.
  const noTransforms = "a run without a cloud has no transforms: use transformations, or a component's transform";
  monitor.registerStackTransform = () => {
    throw refusal(noTransforms);
  };
  monitor.registerResource = (request, callback) => {
    if (request.getTransformsList().length > 0 && !request.getRemote()) {
      return callback(refusal(noTransforms), undefined);
    }
    const registered = registeredFrom(request);
    resources.push(registered);
    // The monitor calls newResource synchronously, so each request is paired with its own inputs.
    registering = registered;
    const returned = register(request, (error, response) => {
      registered.urn = response?.getUrn() ?? "";
      callback(error, response);
    });
    registering = undefined;
    return returned;
  };
  return resources;
}

const unknown = "a run without a cloud cannot answer";

/** Pulumi shows the `details` of errors that it attributes to the engine. */
function refusal(message: string): Error {
  return Object.assign(new Error(message), { details: message });
}

function registeredFrom(request: RegisterResourceRequest): Registered {
  const parent = request.getParent();
  const dependencies = request.getDependenciesList();
  const throughInputs = new Set<string>();
  request.getPropertydependenciesMap().forEach((property) => {
    for (const urn of property.getUrnsList()) throughInputs.add(urn);
  });
  return {
    type: request.getType(),
    name: request.getName(),
    urn: "",
    ...(parent === "" ? {} : { parent }),
    custom: request.getCustom(),
    inputs: {},
    outputs: {},
    options: {
      protect: request.getProtect() === true,
      retainOnDelete: request.getRetainondelete() === true,
      dependsOn: dependencies.filter((urn) => !throughInputs.has(urn)),
      deletedWith: request.getDeletedwith(),
      ignoreChanges: request.getIgnorechangesList(),
    },
  };
}

async function runToTheEnd(main: string): Promise<Record<string, unknown>> {
  delete require.cache[main];
  // What fails after the program's own statements (in an `apply`, while a callback is serialized) surfaces nowhere else,
  // and what depends on it waits for ever.
  let onRejection: (reason: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => {
    onRejection = reject;
  });
  process.on("unhandledRejection", onRejection);
  try {
    return await Promise.race([failed, runProgramFile(main)]);
  } finally {
    await new Promise(setImmediate);
    process.off("unhandledRejection", onRejection);
  }
}

async function runProgramFile(main: string): Promise<Record<string, unknown>> {
  const outputs = await pulumi.runtime.runInPulumiStack(async () => require(main));
  await pulumi.runtime.disconnect();
  // A rejection is reported one turn after it happened.
  await new Promise(setImmediate);
  return outputs as Record<string, unknown>;
}

/** The value without Pulumi's secret wrapper. */
function plainValue(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) return plainValue(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(plainValue);
  if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainValue(inner)]));
}

/** Pulumi's classes hold promises of their parts, and a marker that distinguishes archives from assets. */
interface PulumiAsset {
  readonly __pulumiArchive?: boolean;
  readonly assets?: Promise<object>;
  readonly path?: Promise<string>;
  readonly text?: Promise<string>;
}

/** An archive or asset with its parts resolved, and with absolute paths, so that it can be read from any folder. */
async function plainAsset(asset: unknown, folder: string): Promise<unknown> {
  const { __pulumiArchive, assets, path: file, text } = (await asset) as PulumiAsset;
  if (assets === undefined) {
    return { __pulumiArchive, path: file && path.resolve(folder, await file), text: await text };
  }
  const entries: [string, unknown][] = [];
  for (const [name, part] of Object.entries(await assets)) entries.push([name, await plainAsset(part, folder)]);
  return { __pulumiArchive, assets: Object.fromEntries(entries) };
}
