import path from "node:path";
import { AwsError, type Call, type Operations } from "./awsJson";
import { defaultParameterKey } from "./awsOutputs";
import { readJson, replaceFile } from "./files";
import type { Principal } from "./iam";
import type { ServiceOptions } from "./options";
import { notModelled, ofType, refuseOthers } from "./resources";

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

/**
 * SSM's Parameter Store: GetParameter and PutParameter of the SecureString parameters that the program declares. Values that
 * were put are stored in `parameters/`, readable only by the user. The program's values stay in memory.
 */
export function createSsm({ resources, iam, stateDir, clock }: ServiceOptions) {
  const declared = ofType(resources, "aws:ssm/parameter:Parameter").map((parameter) => {
    const { inputs, outputs } = parameter;
    refuseOthers(parameter, ["type", "value", "tier"]);
    if (inputs.type !== "SecureString") throw notModelled(parameter, `the type ${inputs.type}`);
    if ((inputs.tier ?? "Standard") !== "Standard") throw notModelled(parameter, `the tier ${inputs.tier}`);
    const given: Stored = { value: inputs.value ?? "", version: 1, modifiedMs: clock.now().getTime() };
    return { name: outputs.name, arn: outputs.arn, given };
  });

  function find(id: string): (Stored & { name: string; arn: string }) | undefined {
    const found = declared.find(({ name, arn }) => name === id || arn === id);
    if (found === undefined) return undefined;
    const { name, arn, given } = found;
    return { name, arn, ...(readJson<Stored>(fileOf(stateDir, name)) ?? given) };
  }

  /** Callers without permission do not learn whether a parameter exists. */
  function authorize(principal: Principal, action: string, id: string) {
    const found = find(id);
    iam.authorize(principal, action, found?.arn ?? id);
    if (found === undefined) throw new AwsError("ParameterNotFound", "");
    return found;
  }

  /** Puts a value as the owner, for the command line. @param id the parameter's name or ARN */
  function put(id: string, value: string): Stored {
    const before = find(id);
    if (before === undefined) throw new AwsError("ParameterNotFound", `parameter ${id} does not exist`);
    return putParameter(stateDir, before.name, value, before, clock.now());
  }

  const operations: Operations = {
    GetParameter: async ({ principal, input }: Call<{ Name: string; WithDecryption?: boolean }>) => {
      const { name, arn, value, version, modifiedMs } = authorize(principal, "ssm:GetParameter", input.Name);
      if (input.WithDecryption !== true) throw refused("GetParameter without WithDecryption");
      const secret = { Type: "SecureString", DataType: "text", Value: value };
      return { Parameter: { Name: name, ARN: arn, ...secret, Version: version, LastModifiedDate: modifiedMs / 1000 } };
    },
    PutParameter: async ({ principal, input }: Call<{ Name: string; Value: string } & Record<string, unknown>>) => {
      const {
        Name,
        Value,
        Overwrite,
        Type = "SecureString",
        Tier = "Standard",
        KeyId = defaultParameterKey,
        ...others
      } = input;
      const { name } = authorize(principal, "ssm:PutParameter", Name);
      const [other] = Object.keys(others);
      if (other !== undefined) throw refused(`PutParameter with ${other}`);
      if (Type !== "SecureString" || Tier !== "Standard") throw refused(`a parameter of ${Type} and ${Tier}`);
      if (KeyId !== defaultParameterKey) throw refused(`the key ${KeyId}`);
      if (Name !== name) throw new AwsError("ValidationException", "Parameter name cannot be an ARN");
      if (Value === "") throw new AwsError("ValidationException", "Value is missing");
      if (Overwrite !== true) {
        throw new AwsError("ParameterAlreadyExists", "The parameter already exists. To overwrite it, set Overwrite.");
      }
      return { Version: put(name, Value).version, Tier };
    },
  };
  /** The value as the owner sees it; undefined if there is no such parameter. */
  const current = (id: string) => find(id)?.value;
  return { operations, put, current };
}

function refused(what: string): AwsError {
  return new AwsError("ValidationException", `${what} is not modelled by the local SSM`);
}
