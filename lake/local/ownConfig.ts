// The config of a user's own program: what Pulumi's CLI reads from Pulumi.yaml and the stack's file.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { isObject } from "../../emulator/resources";
import type { OwnProgram } from "./ownProgram";

/**
 * The program's config: the stack's values, else the defaults of Pulumi.yaml.
 * @param given the keys that have a value already
 * @returns `values` by full key, as text, lists and objects as JSON; `secretKeys`, the full keys that Pulumi.yaml declares secret
 * @throws one line if a file is not YAML, or a value is encrypted and not given
 */
export function ownConfig({ project, folder, stackFile }: OwnProgram, given: readonly string[]) {
  const fullKey = (key: string) => (key.includes(":") ? key : `${project}:${key}`);
  const entriesOf = (name: string) =>
    Object.entries(configIn(folder, name)).map(([key, value]) => [fullKey(key), value]);
  const declared = entriesOf("Pulumi.yaml") as [string, unknown][];
  const stack = (stackFile === undefined ? [] : entriesOf(stackFile)) as [string, unknown][];
  const wanted = stack.filter(([key]) => !given.includes(key));
  // Those of other namespaces are for providers, which a local run does not call.
  const encrypted = wanted
    .filter(([key, value]) => key.startsWith(`${project}:`) && isEncrypted(value))
    .map(([key]) => key);
  if (encrypted.length > 0) {
    const values = encrypted.map((key) => `--config ${key.replace(`${project}:`, "")}=...`).join(" ");
    throw new Error(`${stackFile}: a local run does not decrypt ${encrypted.join(", ")}; give a value: ${values}`);
  }
  const all = [...declared.map(([key, value]) => [key, defaultOf(value)] as const), ...wanted];
  const set = all.filter(([, value]) => value !== undefined && value !== null && !isEncrypted(value));
  return {
    values: Object.fromEntries(set.map(([key, value]) => [key, textOf(value)])),
    secretKeys: declared.filter(([, value]) => isObject(value) && value.secret === true).map(([key]) => key),
  };
}

/** In Pulumi.yaml a key has a value, or a declaration with or without one. */
const defaultOf = (value: unknown): unknown => (isObject(value) ? (value.value ?? value.default) : value);

const textOf = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));

function isEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "secure" in value || Object.values(value).some(isEncrypted);
}

/** What stands under `config` in one of Pulumi's files, read by the parser that Pulumi's SDK has for them. */
function configIn(folder: string, name: string): Record<string, unknown> {
  const file = path.join(folder, name);
  if (!existsSync(file)) return {};
  const yaml = createRequire(require.resolve("@pulumi/pulumi"))("js-yaml") as {
    load(text: string, options: object): unknown;
    CORE_SCHEMA: unknown;
  };
  try {
    const content = yaml.load(readFileSync(file, "utf8"), { schema: yaml.CORE_SCHEMA });
    return isObject(content) && isObject(content.config) ? content.config : {};
  } catch (error) {
    throw new Error(`${name} is not YAML: ${(error as Error).message.split("\n")[0]}`);
  }
}
