/** The plugin as Pulumi's engine starts it: a process that serves components. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import type { Engine } from "./engine";
import { type Construct, type Json, toStruct } from "./wire";

// The client with which Pulumi's SDK talks to plugins.
const ofPulumi = createRequire(require.resolve("@pulumi/pulumi"));
const { credentials } = ofPulumi("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
const { ResourceProviderClient } = ofPulumi(
  "./proto/provider_grpc_pb",
) as typeof import("@pulumi/pulumi/proto/provider_grpc_pb");
const messages = ofPulumi("./proto/provider_pb") as typeof import("@pulumi/pulumi/proto/provider_pb");

/** A running plugin. */
export interface PluginHost {
  schema(): Promise<string>;
  construct: Construct;
  stop(): void;
}

/**
 * Starts the plugin of a folder with `PulumiPlugin.yaml`.
 * @param cwd the folder in which the user runs `pulumi`
 */
export async function startPlugin(folder: string, engine: Engine, cwd: string): Promise<PluginHost> {
  const runner = createRequire(path.join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run-plugin");
  const child = spawn(process.execPath, [runner, folder, engine.address], {
    cwd,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the plugin ended with ${code}`);
  });
  const [port] = (await Promise.race([once(child.stdout, "data"), ended])) as [Buffer];
  ended.catch(() => undefined);
  const client = new ResourceProviderClient(`127.0.0.1:${port.toString().trim()}`, credentials.createInsecure());
  const host: PluginHost = {
    schema: () =>
      new Promise((resolve, reject) => {
        client.getSchema(new messages.GetSchemaRequest(), (error, answer) =>
          error === null ? resolve(answer.getSchema()) : reject(error),
        );
      }),
    construct(type, name, inputs, { dependencies = new Map(), parent = "" } = {}) {
      const request = new messages.ConstructRequest()
        .setType(type)
        .setName(name)
        .setParent(parent)
        .setProject(engine.project)
        .setStack(engine.stack)
        .setOrganization("organization")
        .setDryrun(engine.isPreview)
        .setParallel(16)
        .setMonitorendpoint(engine.address)
        .setAcceptsOutputValues(true)
        .setInputs(toStruct(inputs));
      for (const [argument, urns] of dependencies) {
        const list = new messages.ConstructRequest.PropertyDependencies().setUrnsList(urns);
        request.getInputdependenciesMap().set(argument, list);
      }
      return new Promise((resolve, reject) => {
        client.construct(request, (error, answer) => {
          if (error !== null) return reject(new Error(error.details));
          const found = [...answer.getStatedependenciesMap().entries()];
          return resolve({
            urn: answer.getUrn(),
            state: (answer.getState()?.toJavaScript() ?? {}) as Json,
            dependencies: new Map(found.map(([output, urns]) => [output, urns.getUrnsList()])),
          });
        });
      });
    },
    stop() {
      client.close();
      child.kill();
    },
  };
  engine.construct = host.construct;
  return host;
}
