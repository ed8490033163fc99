// What Pulumi starts as a plugin: package.json's `main`.
import * as pulumi from "@pulumi/pulumi";
import { provider } from "./provider";

// Pulumi's runner prints an output's error for each resource that waits for it. The server below returns it to the engine.
process.removeAllListeners("unhandledRejection");
void pulumi.provider.main(provider, process.argv.slice(2));
