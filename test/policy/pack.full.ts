// The pack as Pulumi's CLI starts it: a process that serves its rules.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { rules } from "../../policy/rules";

interface Answer {
  getName(): string;
  getPoliciesList(): { getName(): string }[];
  getDiagnosticsList(): { getPolicyname(): string; getMessage(): string }[];
}
type Callback = (error: Error | null, answer: Answer) => void;
interface Request {
  setType(type: string): void;
  setName(name: string): void;
  setUrn(urn: string): void;
  setProperties(properties: object): void;
  setOptions(options: object): void;
}
type Call = (request: object, callback: Callback) => void;
interface Client extends Record<"getAnalyzerInfo" | "analyze", Call> {
  close(): void;
}

// The client with which Pulumi's SDK talks to the engine.
const ofPulumi = createRequire(require.resolve("@pulumi/pulumi"));
const { credentials } = ofPulumi("@grpc/grpc-js") as { credentials: { createInsecure(): object } };
const { AnalyzerClient } = ofPulumi("./proto/analyzer_grpc_pb") as {
  AnalyzerClient: new (address: string, credentials: object) => Client;
};
const { AnalyzeRequest, AnalyzerResourceOptions } = ofPulumi("./proto/analyzer_pb") as {
  AnalyzeRequest: new () => Request;
  AnalyzerResourceOptions: new () => object;
};
const { Empty } = ofPulumi("google-protobuf/google/protobuf/empty_pb.js") as { Empty: new () => object };
const { Struct } = ofPulumi("google-protobuf/google/protobuf/struct_pb.js") as {
  Struct: { fromJavaScript(value: object): object };
};

const test = suite("policy/pack");
const folder = path.join(__dirname, "../../policy");
let pack: ChildProcess;
let address = "";

test.before(async () => {
  const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  pack = spawn(process.execPath, [runner, "127.0.0.1:1", folder], {
    cwd: folder,
    env: { ...process.env, PULUMI_NODEJS_TYPESCRIPT: "true" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = (await once(pack.stdout!, "data")) as [Buffer];
  address = `127.0.0.1:${port.toString().trim()}`;
});

test.after(() => {
  pack.kill();
});

function ask(method: "getAnalyzerInfo" | "analyze", request: object): Promise<Answer> {
  const client = new AnalyzerClient(address, credentials.createInsecure());
  return new Promise<Answer>((resolve, reject) => {
    client[method](request, (error, answer) => (error === null ? resolve(answer) : reject(error)));
  }).finally(() => client.close());
}

test("the pack serves every rule", async () => {
  const info = await ask("getAnalyzerInfo", new Empty());
  assert.is(info.getName(), "playlake");
  assert.equal(
    info
      .getPoliciesList()
      .map((policy) => policy.getName())
      .sort(),
    rules.map(({ name }) => name).sort(),
  );
});

test("the pack refuses a bad resource with what to do", async () => {
  const request = new AnalyzeRequest();
  request.setType("aws:cloudwatch/logGroup:LogGroup");
  request.setName("log");
  request.setUrn("urn:pulumi:dev::playlake::aws:cloudwatch/logGroup:LogGroup::log");
  request.setProperties(Struct.fromJavaScript({ skipDestroy: false }));
  request.setOptions(new AnalyzerResourceOptions());
  const answer = await ask("analyze", request);
  assert.equal(
    answer.getDiagnosticsList().map((one) => `${one.getPolicyname()}: ${one.getMessage().split("\n").at(-1)}`),
    ["log-retention: set retentionInDays"],
  );
});

test.run();
