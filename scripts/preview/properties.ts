// A resource's inputs as short texts by path, so that two versions can be compared and shown.
import { createHash } from "node:crypto";
import { secretConfigKeys } from "../../components/stack/config";
import type { Registered } from "../../emulator/resources";
import { archiveFiles } from "../archives";
import { exampleConfig } from "../exampleStack";

/** Texts by path: `timeout`, `environment.variables.STATE`, `option protect`. */
export type Properties = Readonly<Record<string, string>>;

/** The properties of each resource by `TYPE NAME`. */
export type Resources = Readonly<Record<string, Properties>>;

/** Longer values are shown by their start. */
const maxShown = 80;

/** Policies are compared statement by statement, archives file by file. */
const comparedElsewhere = ["policy", "assumeRolePolicy", "code"];

/** The program runs with the example's config, so it knows no other secrets than these. */
const secrets = secretConfigKeys("playlake").flatMap((key) => exampleConfig[key] ?? []);

export async function resourcesOf(registered: readonly Registered[]): Promise<Resources> {
  const found = registered.map(async ({ type, name, custom, inputs, options }): Promise<[string, Properties]> => {
    const { protect, retainOnDelete } = options;
    const texts: Record<string, string> = {};
    // A component's arguments reach the resources inside it.
    for (const [key, value] of Object.entries(custom ? inputs : {})) {
      if (key === "code") texts.code = hash(JSON.stringify(fileHashes(await archiveFiles(value))));
      else if (comparedElsewhere.includes(key))
        texts[key] = hash(typeof value === "string" ? value : JSON.stringify(value));
      else collect(value, key, texts);
    }
    collect({ protect, retainOnDelete }, "option", texts, " ");
    return [`${type} ${name}`, texts];
  });
  return Object.fromEntries((await Promise.all(found)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A hash of each file, by name. */
export function fileHashes(files: Readonly<Record<string, Buffer>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [name, hash(content)]));
}

/** Adds a value's leaves. JSON in a text counts as a value. */
export function collect(value: unknown, path: string, into: Record<string, string>, separator = "."): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) collect(item, `${path}[${index}]`, into);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) collect(inner, `${path}${separator}${key}`, into);
  } else if (typeof value === "string" && /^[[{]/.test(value) && parsed(value) !== undefined) {
    collect(parsed(value), path, into);
  } else if (value !== undefined) into[path] = shown(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A value on one line; texts that differ are shown differently. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  if (secrets.some((secret) => text.includes(secret))) return `[secret ${hash(text)}]`;
  if (text.length <= maxShown) return text;
  return `${text.slice(0, maxShown)}… (${text.length.toLocaleString("en")} characters, ${hash(text)})`;
}

function hash(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 8);
}
