import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../clock";
import { createLocks } from "../locks";
import type { Registered } from "../resources";
import { ServiceError } from "./errors";

/** A secret that the program declares. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
}

/** A value of a secret. */
export interface Version {
  readonly versionId: string;
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
  readonly stages: readonly string[];
}

/** A value to put; a version that is there already with this id and value is left as it is. */
export interface PutRequest {
  readonly value: string;
  readonly versionId?: string | undefined;
}

/** The secrets and their values: the current one and the one before, as Secrets Manager keeps them. */
export interface SecretStore {
  /** @throws ServiceError ResourceNotFoundException */
  find(id: string): Secret;
  /** The ARN that policies are asked about; for an unknown secret the id itself. */
  arnOf(id: string): string;
  /** @throws ServiceError ResourceNotFoundException where there is no such version. */
  get(secret: Secret, wanted: { versionId?: string | undefined; stage?: string | undefined }): Promise<Version>;
  /** @throws ServiceError */
  put(secret: Secret, request: PutRequest): Promise<Version>;
}

const maxValueBytes = 65_536;
const current = "AWSCURRENT";
const previous = "AWSPREVIOUS";

export function createSecretStore(options: {
  resources: Registered[];
  stateDir: string;
  clock?: Pick<Clock, "now">;
}): SecretStore {
  const { resources, stateDir, clock } = options;
  const now = () => (clock?.now() ?? new Date()).getTime();
  const locks = createLocks();
  const secrets = resources
    .filter(({ type }) => type === "aws:secretsmanager/secret:Secret")
    .map(({ outputs }): Secret => ({ arn: String(outputs.arn), name: String(outputs.name) }));
  const givenByProgram = programVersions(resources, secrets, now());
  const fileOf = (secret: Secret) => path.join(stateDir, "secrets", `${encodeURIComponent(secret.name)}.json`);
  const lookUp = (id: string) =>
    secrets.find(({ arn, name }) => name === id || arn === id || withoutSuffix(arn) === id);

  async function versionsOf(secret: Secret): Promise<Version[]> {
    const text = await readFile(fileOf(secret), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (text !== undefined) return (JSON.parse(text) as { versions: Version[] }).versions;
    const given = givenByProgram.get(secret.arn);
    return given === undefined ? [] : [given];
  }

  return {
    find: (id) => {
      const secret = lookUp(id);
      if (secret !== undefined) return secret;
      throw new ServiceError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    },
    arnOf: (id) => lookUp(id)?.arn ?? id,
    get: async (secret, { versionId, stage }) => {
      const stageWanted = stage ?? (versionId === undefined ? current : undefined);
      const version = (await versionsOf(secret)).find(
        (entry) =>
          (versionId === undefined || entry.versionId === versionId) &&
          (stageWanted === undefined || entry.stages.includes(stageWanted)),
      );
      if (version !== undefined) return version;
      const what = versionId === undefined ? `staging label: ${stageWanted}` : `VersionId: ${versionId}`;
      const message = `Secrets Manager can't find the specified secret value for ${what}`;
      throw new ServiceError("ResourceNotFoundException", message, true);
    },
    put: (secret, { value, versionId = randomUUID() }) =>
      locks.run(secret.arn, async () => {
        if (Buffer.byteLength(value) > maxValueBytes) {
          throw new ServiceError(
            "InvalidParameterException",
            `The secret value is longer than ${maxValueBytes} bytes.`,
          );
        }
        const versions = await versionsOf(secret);
        const same = versions.find((version) => version.versionId === versionId);
        if (same !== undefined && same.value === value) return same;
        if (same !== undefined) {
          const message = `You can't use ClientRequestToken ${versionId} because that value is already in use for a version of secret ${secret.arn}.`;
          throw new ServiceError("ResourceExistsException", message);
        }
        const version: Version = { versionId, value, createdMs: now(), stages: [current] };
        const before = versions.filter(({ stages }) => stages.includes(current));
        await save(fileOf(secret), [version, ...before.map((entry) => ({ ...entry, stages: [previous] }))]);
        return version;
      }),
  };
}

/** Values from the program's own configuration; they are never written to a file. */
function programVersions(resources: Registered[], secrets: Secret[], createdMs: number): Map<string, Version> {
  const versions = new Map<string, Version>();
  for (const { type, name, inputs, outputs } of resources) {
    if (type !== "aws:secretsmanager/secretVersion:SecretVersion") continue;
    const secret = secrets.find((entry) => entry.arn === inputs.secretId || entry.name === inputs.secretId);
    if (secret === undefined)
      throw new Error(`${type} "${name}": there is no secret ${JSON.stringify(inputs.secretId)}`);
    if (typeof inputs.secretString !== "string") throw new Error(`${type} "${name}": secretString is missing`);
    const versionId = String(outputs.versionId);
    versions.set(secret.arn, { versionId, value: inputs.secretString, createdMs, stages: [current] });
  }
  return versions;
}

/** An ARN without the six characters that AWS adds to a secret's name; it is understood too. */
function withoutSuffix(arn: string): string {
  return arn.replace(/-[A-Za-z0-9]{6}$/, "");
}

async function save(file: string, versions: Version[]): Promise<void> {
  const temp = `${file}.${randomUUID()}`;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(temp, JSON.stringify({ versions }, null, 2), { mode: 0o600 });
  await rename(temp, file);
}
