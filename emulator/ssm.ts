import path from "node:path";
import { AwsError, type Call, type Operations } from "./awsJson";
import { readJson, replaceFile } from "./files";
import type { ServiceOptions } from "./options";
import { ofType, titleOf } from "./resources";

/** A parameter's value, as stored in its file. */
export interface Stored {
  readonly value: string;
  /** Counts the values from 1. */
  readonly version: number;
  /** Milliseconds since 1970, by the run's clock. */
  readonly modifiedMs: number;
}

const maxValueBytes = 4096;

function fileOf(stateDir: string, name: string): string {
  return path.join(parametersFolder(stateDir), `${encodeURIComponent(name)}.json`);
}

export function parametersFolder(stateDir: string): string {
  return path.join(stateDir, "parameters");
}

/** Puts a parameter's value into a state folder. From then on it replaces the program's value. */
export function putParameter(stateDir: string, name: string, value: string, before?: Stored, now = new Date()): Stored {
  const bytes = Buffer.byteLength(value);
  if (bytes > maxValueBytes) {
    throw new AwsError(
      "ValidationException",
      `Standard tier parameters support a maximum parameter value of ${maxValueBytes} characters, got ${bytes}.`,
    );
  }
  const file = fileOf(stateDir, name);
  const { version } = readJson<Stored>(file) ?? before ?? { version: 0 };
  const stored = { value, version: version + 1, modifiedMs: now.getTime() };
  replaceFile(file, JSON.stringify(stored), 0o600);
  return stored;
}

export type Ssm = ReturnType<typeof createSsm>;

/**
 * SSM's Parameter Store: GetParameter and PutParameter of the SecureString parameters that the program declares. Values that
 * were put are stored in `parameters/`, readable only by the user. The program's values stay in memory.
 */
export function createSsm({ resources, iam, stateDir, clock }: ServiceOptions) {
  const declared = ofType(resources, "aws:ssm/parameter:Parameter").map((parameter) => {
    const { inputs, outputs } = parameter;
    const at = titleOf(parameter);
    if (inputs.type !== "SecureString" || (inputs.tier ?? "Standard") !== "Standard" || inputs.keyId !== undefined) {
      throw new Error(
        `${at}: the local run knows SecureString parameters of the standard tier under AWS's own key only`,
      );
    }
    const { value } = inputs;
    if (!value || Buffer.byteLength(value) > maxValueBytes) {
      throw new Error(`${at}: value: expected 1 to ${maxValueBytes} bytes, got ${Buffer.byteLength(value ?? "")}`);
    }
    const given: Stored = { value, version: 1, modifiedMs: clock.now().getTime() };
    return { name: outputs.name, arn: outputs.arn, given };
  });

  function find(id: string): (Stored & { name: string; arn: string }) | undefined {
    const found = declared.find(({ name, arn }) => name === id || arn === id);
    if (found === undefined) return undefined;
    const { name, arn, given } = found;
    return { name, arn, ...(readJson<Stored>(fileOf(stateDir, name)) ?? given) };
  }

  /** Callers without permission do not learn whether a parameter exists. */
  function authorize({ principal, input }: Call<{ Name?: unknown }>, action: string): string {
    if (typeof input.Name !== "string" || input.Name === "")
      throw new AwsError("ValidationException", "Name is missing");
    iam.authorize(principal, action, find(input.Name)?.arn ?? input.Name);
    return input.Name;
  }

  /** Puts a value as the owner, for the command line. @param id the parameter's name or ARN */
  function put(id: string, value: string): Stored {
    const before = find(id);
    if (before === undefined) throw new AwsError("ParameterNotFound", `parameter ${id} does not exist`);
    return putParameter(stateDir, before.name, value, before, clock.now());
  }

  const operations: Operations = {
    GetParameter: async (call: Call<{ Name?: unknown; WithDecryption?: unknown }>) => {
      const id = authorize(call, "ssm:GetParameter");
      if (call.input.WithDecryption !== true) throw notModelled("GetParameter without WithDecryption");
      const stored = find(id);
      if (stored === undefined) throw new AwsError("ParameterNotFound", "");
      return {
        Parameter: {
          Name: stored.name,
          ARN: stored.arn,
          Type: "SecureString",
          DataType: "text",
          Value: stored.value,
          Version: stored.version,
          LastModifiedDate: stored.modifiedMs / 1000,
        },
      };
    },
    PutParameter: async (call: Call<Record<string, unknown>>) => {
      const id = authorize(call, "ssm:PutParameter");
      const { Name, Value, Overwrite, Type = "SecureString", Tier = "Standard", ...others } = call.input;
      const [other] = Object.keys(others);
      if (other !== undefined) throw notModelled(`PutParameter with ${other}`);
      if (Type !== "SecureString" || Tier !== "Standard") throw notModelled(`a parameter of ${Type} and ${Tier}`);
      if (id.startsWith("arn:")) throw new AwsError("ValidationException", "Parameter name cannot be an ARN");
      if (typeof Value !== "string" || Value === "") throw new AwsError("ValidationException", "Value is missing");
      if (find(id) === undefined) throw notModelled("PutParameter of a parameter that the program does not declare");
      if (Overwrite !== true) {
        throw new AwsError("ParameterAlreadyExists", "The parameter already exists. To overwrite it, set Overwrite.");
      }
      return { Version: put(id, Value).version, Tier };
    },
  };
  /** The value as the owner sees it; undefined if there is no such parameter. */
  const current = (id: string) => find(id)?.value;
  return { operations, put, current };
}

function notModelled(what: string): AwsError {
  return new AwsError("ValidationException", `${what} is not modelled by the local SSM`);
}
