/** Pulumi's engine as far as programs and plugins see it: it records each resource, and answers as the local cloud does. */
import { createRequire } from "node:module";
import { awsOutputs } from "../../../emulator/awsOutputs";
import { type Construct, type Json, toStruct, unwrapped } from "./wire";

// The server and the messages of Pulumi's SDK.
const ofPulumi = createRequire(require.resolve("@pulumi/pulumi"));
const grpc = ofPulumi("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
const proto = <T>(name: string) => ofPulumi(`./proto/${name}`) as T;
const { ResourceMonitorService } = proto<typeof import("@pulumi/pulumi/proto/resource_grpc_pb")>("resource_grpc_pb");
const { EngineService } = proto<typeof import("@pulumi/pulumi/proto/engine_grpc_pb")>("engine_grpc_pb");
const messages = proto<typeof import("@pulumi/pulumi/proto/resource_pb")>("resource_pb");
const engineMessages = proto<typeof import("@pulumi/pulumi/proto/engine_pb")>("engine_pb");
const { Empty } = ofPulumi(
  "google-protobuf/google/protobuf/empty_pb.js",
) as typeof import("google-protobuf/google/protobuf/empty_pb");

type RegisterRequest = import("@pulumi/pulumi/proto/resource_pb").RegisterResourceRequest;
type RegisterResponse = import("@pulumi/pulumi/proto/resource_pb").RegisterResourceResponse;

/** One resource as a program or plugin registered it. */
export interface Recorded {
  urn: string;
  type: string;
  name: string;
  parent: string;
  inputs: Json;
  protect: boolean | undefined;
  retainOnDelete: boolean | undefined;
}

/** A running engine. */
export interface Engine {
  address: string;
  project: string;
  stack: string;
  isPreview: boolean;
  /** Sorted by URN. */
  resources(): Recorded[];
  /** What the program exports. */
  outputs: Json;
  /** What programs and plugins logged. */
  logged: string[];
  /** Serves the components that programs ask for. */
  construct: Construct | undefined;
  stop(): void;
}

const features = new Set(["secrets", "resourceReferences", "outputValues", "deletedWith", "aliasSpecs"]);

/** Starts an engine for one stack. @param options `isPreview`: what AWS would add is unknown */
export async function startEngine({ isPreview = false } = {}): Promise<Engine> {
  const [project, stack] = ["music", "dev"];
  const recorded: Recorded[] = [];
  let root = "";
  const server = new grpc.Server();
  const engine: Engine = {
    address: "",
    project,
    stack,
    isPreview,
    resources: () => recorded.sort((a, b) => (a.urn < b.urn ? -1 : 1)),
    outputs: {},
    logged: [],
    construct: undefined,
    stop: () => server.forceShutdown(),
  };

  async function register(request: RegisterRequest): Promise<RegisterResponse> {
    if (request.getRemote()) return construct(request);
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    const parentType = parent.split("::")[2];
    const isTop = parentType === undefined || parentType === "pulumi:pulumi:Stack";
    const urn = `urn:pulumi:${stack}::${project}::${isTop ? "" : `${parentType}$`}${type}::${name}`;
    const inputs = unwrapped(request.getObject()?.toJavaScript() ?? {}) as Json;
    const options = { protect: request.getProtect(), retainOnDelete: request.getRetainondelete() };
    recorded.push({ urn, type, name, parent, inputs, ...options });
    const response = new messages.RegisterResourceResponse().setUrn(urn);
    if (!request.getCustom()) return response.setObject(toStruct({}));
    const { id, state } = isPreview ? { id: "", state: inputs } : awsOutputs(type, name, inputs);
    return response.setId(id).setObject(toStruct(state));
  }

  async function construct(request: RegisterRequest): Promise<RegisterResponse> {
    if (engine.construct === undefined) throw new Error(`${request.getType()}: no plugin is running`);
    const dependencies = new Map<string, string[]>();
    for (const [name, urns] of request.getPropertydependenciesMap().entries())
      dependencies.set(name, urns.getUrnsList());
    const inputs = (request.getObject()?.toJavaScript() ?? {}) as Json;
    const made = await engine.construct(request.getType(), request.getName(), inputs, {
      dependencies,
      parent: request.getParent(),
    });
    const response = new messages.RegisterResourceResponse().setUrn(made.urn).setObject(toStruct(made.state));
    for (const [name, urns] of made.dependencies) {
      const list = new messages.RegisterResourceResponse.PropertyDependencies();
      list.setUrnsList(urns);
      response.getPropertydependenciesMap().set(name, list);
    }
    return response;
  }

  server.addService(ResourceMonitorService, {
    supportsFeature: unary((request: InstanceType<typeof messages.SupportsFeatureRequest>) =>
      new messages.SupportsFeatureResponse().setHassupport(features.has(request.getId())),
    ),
    registerResource: unary(register),
    registerResourceOutputs: unary((request: InstanceType<typeof messages.RegisterResourceOutputsRequest>) => {
      const outputs = request.getOutputs()?.toJavaScript() ?? {};
      if (request.getUrn().includes("::pulumi:pulumi:Stack::")) engine.outputs = unwrapped(outputs) as Json;
      return new Empty();
    }),
    signalAndWaitForShutdown: unary(() => new Empty()),
  });
  server.addService(EngineService, {
    log: unary((request: InstanceType<typeof engineMessages.LogRequest>) => {
      if (request.getSeverity() > 0) engine.logged.push(request.getMessage());
      return new Empty();
    }),
    getRootResource: unary(() => new engineMessages.GetRootResourceResponse().setUrn(root)),
    setRootResource: unary((request: InstanceType<typeof engineMessages.SetRootResourceRequest>) => {
      root = request.getUrn();
      return new engineMessages.SetRootResourceResponse();
    }),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  engine.address = `127.0.0.1:${port}`;
  return engine;
}

/** A method of a gRPC service: one request, one answer. */
function unary<Request, Response>(answer: (request: Request) => Response | Promise<Response>) {
  return (call: { request: Request }, callback: (error: Error | null, response?: Response) => void): void => {
    Promise.resolve(call.request)
      .then(answer)
      .then(
        (response) => callback(null, response),
        (error: Error) => callback(error),
      );
  };
}
