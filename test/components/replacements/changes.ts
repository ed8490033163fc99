/** What a changed option does to the resources of a stack. */
import type * as pulumi from "@pulumi/pulumi";
import type { Registered } from "../../../emulator/resources";
import type { ProgramResult } from "../../../lake/local/program";
import { forceNew } from "./forceNew";

type Contents = Record<string, unknown>;

/** The inputs, a function's code as its text: archives are compared by what is in them. */
async function plainInputs({ inputs }: Registered): Promise<Contents> {
  const { code, ...rest } = inputs;
  if (code === undefined) return rest;
  const assets = (await (code as pulumi.asset.AssetArchive).assets) as Record<string, pulumi.asset.StringAsset>;
  const texts = await Promise.all(
    Object.entries(assets).map(async ([name, asset]) => `${name}: ${(await asset.text) ?? ""}`),
  );
  return { ...rest, code: texts.sort().join("\n") };
}

function label({ type, name }: Registered): string {
  return `${type.slice(type.lastIndexOf(":") + 1)} ${name.replace(/^playlake-/, "")}`;
}

function changed(before: Contents, after: Contents): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}

async function change(before: Registered, after: Registered): Promise<string[]> {
  const ignored = new Set(after.options.ignoreChanges);
  const keys = changed(await plainInputs(before), await plainInputs(after)).filter((key) => !ignored.has(key));
  const replacing = keys.filter((key) => forceNew[after.type]?.includes(key));
  if (replacing.length > 0) return [`replace ${label(after)}: ${replacing.join(" ")}`];
  const options = changed(
    { protect: before.options.protect, retainOnDelete: before.options.retainOnDelete },
    { protect: after.options.protect, retainOnDelete: after.options.retainOnDelete },
  );
  const all = [...keys, ...options];
  return all.length > 0 ? [`update ${label(after)}: ${all.join(" ")}`] : [];
}

/** A line for each resource that a preview would show: `create`, `delete`, `replace` and `update` with the properties. */
export async function changes(before: ProgramResult, after: ProgramResult): Promise<string[]> {
  const byUrn = (result: ProgramResult) => new Map(result.resources.filter(isCloud).map((one) => [one.urn, one]));
  const [old, now] = [byUrn(before), byUrn(after)];
  const lines: string[] = [];
  for (const [urn, resource] of now) {
    const previous = old.get(urn);
    lines.push(...(previous === undefined ? [`create ${label(resource)}`] : await change(previous, resource)));
  }
  for (const [urn, resource] of old) if (!now.has(urn)) lines.push(`delete ${label(resource)}`);
  return lines.sort();
}

function isCloud({ type }: Registered): boolean {
  return /^awsx?:/.test(type);
}

/** Whether a line of `changes` says that something goes that holds data. */
export function losesData(line: string): boolean {
  return /^(replace|delete) (Bucket|CatalogDatabase|Parameter) /.test(line);
}

/** A line for each choice of its braces. */
export function expanded(line: string): string[] {
  const [, head, choices, tail] = /^(.*?)\{([^}]*)\}(.*)$/.exec(line) ?? [];
  if (choices === undefined) return [line];
  return choices.split(",").flatMap((choice) => expanded(`${head}${choice}${tail}`));
}
