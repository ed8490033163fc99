import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock";
import { AccessDenied, type Iam, type Principal } from "../iam";
import { signerOf } from "../iam/signedRequest";
import { createLoopbackServer, readRequestBody } from "../loopback";
import type { Registered } from "../resources";
import { ServiceError } from "./errors";
import { createSecretStore, type PutRequest, type Secret, type SecretStore } from "./store";

/** The local Secrets Manager. */
export interface SecretsManager {
  /** Starts serving on 127.0.0.1; gives the endpoint's URL. */
  listen(): Promise<string>;
  close(): Promise<void>;
  /**
   * Puts a value, as the owner; for the command line.
   * @param id the secret's name or ARN.
   * @throws ServiceError ResourceNotFoundException where the program declares no such secret.
   */
  put(id: string, value: string): Promise<void>;
  /** The current value, as the owner; undefined where the secret has none yet. */
  current(id: string): Promise<string | undefined>;
}

export interface SecretsManagerOptions {
  resources: Registered[];
  iam: Iam;
  /** Values that were put are kept below it, in `secrets/`, readable by the user alone. */
  stateDir: string;
  /** @default the machine's time */
  clock?: Pick<Clock, "now">;
}

type Input = Record<string, unknown>;

/** An operation of the service, as the SDK calls it. */
type Operation = (store: SecretStore, secret: Secret, input: Input) => Promise<unknown>;

const operations: { readonly [name: string]: Operation } = {
  GetSecretValue: async (store, secret, input) => {
    const { versionId, value, createdMs, stages } = await store.get(secret, {
      versionId: optionalText(input, "VersionId"),
      stage: optionalText(input, "VersionStage"),
    });
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: versionId,
      SecretString: value,
      VersionStages: stages,
      CreatedDate: createdMs / 1000,
    };
  },
  PutSecretValue: async (store, secret, input) => {
    const { versionId, stages } = await store.put(secret, readPut(input));
    return { ARN: secret.arn, Name: secret.name, VersionId: versionId, VersionStages: stages };
  },
};

const maxBodyBytes = 1024 * 1024;

/**
 * Secrets Manager's JSON protocol for GetSecretValue and PutSecretValue. Values that the program gives are in memory only;
 * what is put is in files, and is the current value from then on.
 */
export function createSecretsManager(options: SecretsManagerOptions): SecretsManager {
  const { iam } = options;
  const store = createSecretStore(options);
  const server = createLoopbackServer((request, response) => void handle(store, iam, request, response));
  return {
    listen: server.listen,
    close: server.close,
    put: async (id, value) => {
      await store.put(store.find(id), { value });
    },
    current: async (id) => {
      try {
        return (await store.get(store.find(id), {})).value;
      } catch (error) {
        if (error instanceof ServiceError && error.isMissingVersion) return undefined;
        throw error;
      }
    },
  };
}

async function handle(store: SecretStore, iam: Iam, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    answer(response, 200, await operate(store, iam, request));
  } catch (error) {
    const { type, message } = describeError(error);
    answer(response, type === "InternalServiceError" ? 500 : 400, { __type: type, message });
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.1",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

async function operate(store: SecretStore, iam: Iam, request: IncomingMessage): Promise<unknown> {
  const body = await readRequestBody(request, maxBodyBytes);
  const principal = authenticate(iam, request);
  const [service, name = ""] = String(request.headers["x-amz-target"]).split(".");
  const operation = operations[name];
  if (service !== "secretsmanager" || operation === undefined) {
    throw new ServiceError("UnknownOperationException", `${name} is not modelled by the local Secrets Manager`);
  }
  if (body === undefined) throw new ServiceError("InvalidParameterException", "The request is too long");
  const input = parseInput(body.toString());
  const id = optionalText(input, "SecretId");
  if (id === undefined) throw new ServiceError("InvalidParameterException", "SecretId is missing");
  // Who may not use a secret doesn't learn either whether it is there.
  iam.authorize(principal, `secretsmanager:${name}`, store.arnOf(id));
  return operation(store, store.find(id), input);
}

function authenticate(iam: Iam, request: IncomingMessage): Principal {
  const signer = signerOf(request, iam);
  if ("principal" in signer) return signer.principal;
  if (signer.problem === "unsigned") {
    throw new ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token");
  }
  throw new ServiceError("UnrecognizedClientException", "The security token included in the request is invalid.");
}

function parseInput(body: string): Input {
  try {
    return JSON.parse(body) as Input;
  } catch {
    throw new ServiceError("SerializationException", "The request is not JSON");
  }
}

function readPut(input: Input): PutRequest {
  if (input.SecretBinary !== undefined) {
    throw new ServiceError("InvalidParameterException", "SecretBinary is not modelled by the local Secrets Manager");
  }
  const value = optionalText(input, "SecretString");
  if (value === undefined) {
    throw new ServiceError("InvalidParameterException", "You must provide either SecretString or SecretBinary.");
  }
  if (input.VersionStages !== undefined && JSON.stringify(input.VersionStages) !== '["AWSCURRENT"]') {
    throw new ServiceError("InvalidParameterException", "VersionStages is not modelled by the local Secrets Manager");
  }
  return { value, versionId: optionalText(input, "ClientRequestToken") };
}

function optionalText(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value == null) return undefined;
  if (typeof value !== "string") throw new ServiceError("SerializationException", `${name} is no text`);
  return value;
}

function describeError(error: unknown): { type: string; message: string } {
  if (error instanceof ServiceError) return { type: error.code, message: error.message };
  if (error instanceof AccessDenied) return { type: "AccessDeniedException", message: error.message };
  return { type: "InternalServiceError", message: error instanceof Error ? error.message : String(error) };
}
