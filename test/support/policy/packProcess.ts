/** A policy pack in its own process, asked as Pulumi's engine asks it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";

interface Answer {
  getName(): string;
  getPoliciesList(): { getName(): string }[];
  getDiagnosticsList(): { getPolicyname(): string; getMessage(): string }[];
}
type Call = (request: object, callback: (error: Error | null, answer: Answer) => void) => void;
interface Client extends Record<"getAnalyzerInfo" | "analyze" | "analyzeStack", Call> {
  close(): void;
}
interface Resource {
  setType(type: string): void;
  setName(name: string): void;
  setUrn(urn: string): void;
  setProperties(properties: object): void;
  setOptions(options: object): void;
}

// The client with which Pulumi's SDK talks to the engine.
const ofPulumi = createRequire(require.resolve("@pulumi/pulumi"));
const { credentials } = ofPulumi("@grpc/grpc-js") as { credentials: { createInsecure(): object } };
const { AnalyzerClient } = ofPulumi("./proto/analyzer_grpc_pb") as {
  AnalyzerClient: new (address: string, credentials: object) => Client;
};
const messages = ofPulumi("./proto/analyzer_pb") as {
  AnalyzeRequest: new () => Resource;
  AnalyzerResource: new () => Resource;
  AnalyzerResourceOptions: new () => object;
  AnalyzeStackRequest: new () => { setResourcesList(resources: readonly object[]): void };
};
const { Empty } = ofPulumi("google-protobuf/google/protobuf/empty_pb.js") as { Empty: new () => object };
const { Struct } = ofPulumi("google-protobuf/google/protobuf/struct_pb.js") as {
  Struct: { fromJavaScript(value: object): object };
};

/** A resource as the engine shows it to a pack. */
export interface Shown {
  type: string;
  name: string;
  props: object;
}

function fill<T extends Resource>(message: T, { type, name, props }: Shown): T {
  message.setType(type);
  message.setName(name);
  message.setUrn(`urn:pulumi:dev::playlake::${type}::${name}`);
  // Archives are class instances, which no rule reads.
  message.setProperties(Struct.fromJavaScript(JSON.parse(JSON.stringify(props))));
  message.setOptions(new messages.AnalyzerResourceOptions());
  return message;
}

/** A started pack. */
export interface Pack {
  /** The pack's name and those of its rules, sorted. */
  describe(): Promise<{ name: string; rules: string[] }>;
  /** The messages about each resource by itself: `rule: message`. */
  analyze(resource: Shown): Promise<string[]>;
  /** The messages about all resources together. */
  analyzeStack(resources: readonly Shown[]): Promise<string[]>;
  stop(): void;
}

/**
 * Starts a pack as Pulumi's CLI does.
 * @param folder the pack's folder; `@pulumi/pulumi` is resolved from there
 * @param typescript whether Pulumi compiles TypeScript, as it does by default
 */
export async function startPack(folder: string, typescript: boolean): Promise<Pack> {
  const runner = createRequire(`${folder}/`).resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const child = spawn(process.execPath, [runner, "127.0.0.1:1", "."], {
    cwd: folder,
    env: { ...process.env, PULUMI_NODEJS_TYPESCRIPT: String(typescript) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the pack in ${folder} ended with exit code ${code}`);
  });
  const [port] = (await Promise.race([once(child.stdout, "data"), ended])) as [Buffer];
  const address = `127.0.0.1:${port.toString().trim()}`;
  ended.catch(() => undefined);

  const ask = (method: keyof Omit<Client, "close">, request: object): Promise<Answer> => {
    const client = new AnalyzerClient(address, credentials.createInsecure());
    return new Promise<Answer>((resolve, reject) => {
      client[method](request, (error, answer) => (error === null ? resolve(answer) : reject(error)));
    }).finally(() => client.close());
  };
  const diagnostics = (answer: Answer) =>
    answer.getDiagnosticsList().map((one) => `${one.getPolicyname()}: ${one.getMessage().split("\n").at(-1)}`);

  return {
    async describe() {
      const info = await ask("getAnalyzerInfo", new Empty());
      const rules = info.getPoliciesList().map((policy) => policy.getName());
      return { name: info.getName(), rules: rules.sort() };
    },
    analyze: async (resource) => diagnostics(await ask("analyze", fill(new messages.AnalyzeRequest(), resource))),
    async analyzeStack(resources) {
      const request = new messages.AnalyzeStackRequest();
      request.setResourcesList(resources.map((resource) => fill(new messages.AnalyzerResource(), resource)));
      return diagnostics(await ask("analyzeStack", request));
    },
    stop: () => child.kill(),
  };
}
