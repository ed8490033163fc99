/** The resources of a program as text, for people to review. */
import type * as pulumi from "@pulumi/pulumi";
import type { Registered } from "../../../emulator/resources";
import type { ProgramResult } from "../../../lake/local/program";
import { withoutStackTags } from "../components/testPrograms";

/** Each resource's text, by its heading, in the order of the headings. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** A longer text (SQL) is left out: reviewers read it in its own file. */
const longestText = 400;

/** Describes every resource: owner, options, inputs. */
export async function graphOf({ resources, outputs }: ProgramResult): Promise<Graph> {
  const names = new Map(resources.map(({ urn, type, name }) => [urn, `${kind(type)} ${name}`]));
  const described = await Promise.all(
    resources
      .filter(({ type }) => type !== "pulumi:pulumi:Stack")
      .map(async (one): Promise<[string, string[]]> => {
        const owner = one.parent?.split("::").at(-2)?.split("$").at(-1)?.split(":").at(-1) ?? "Stack";
        return [`${owner} > ${kind(one.type)} ${one.name}`, [...optionsOf(one, names), ...lines(await inputsOf(one))]];
      }),
  );
  const sorted = described.sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map([...sorted, ["outputs", lines(outputs)]]);
}

/** The whole graph. */
export function printed(graph: Graph): string {
  return [...graph].map(([heading, text]) => [heading, ...text, ""].join("\n")).join("\n");
}

/** The difference between two graphs, in both directions. */
export function difference(from: Graph, to: Graph): string {
  const headings = [...new Set([...from.keys(), ...to.keys()])].sort();
  const blocks = headings.flatMap((heading) => {
    const [before, after] = [from.get(heading), to.get(heading)];
    if (before === undefined) return [[`+ ${heading}`, ...(after ?? []), ""]];
    if (after === undefined) return [[`- ${heading}`, ""]];
    const removed = before.filter((line) => !after.includes(line)).map((line) => `- ${line.trimStart()}`);
    const added = after.filter((line) => !before.includes(line)).map((line) => `+ ${line.trimStart()}`);
    return removed.length + added.length === 0 ? [] : [[`  ${heading}`, ...[...removed, ...added].map(indented), ""]];
  });
  return blocks.map((block) => block.join("\n")).join("\n");
}

function indented(line: string): string {
  return `    ${line}`;
}

function kind(type: string): string {
  return type.slice(type.lastIndexOf(":") + 1);
}

function optionsOf({ options }: Registered, names: ReadonlyMap<string, string>): string[] {
  const { protect, retainOnDelete, dependsOn = [], deletedWith, ignoreChanges = [] } = options;
  const words = [
    ...(protect ? ["protect"] : []),
    ...(retainOnDelete ? ["retainOnDelete"] : []),
    ...(deletedWith ? [`deletedWith ${names.get(deletedWith)}`] : []),
    ...dependsOn.map((urn) => `dependsOn ${names.get(urn) ?? urn}`).sort(),
    ...(ignoreChanges.length > 0 ? [`ignoreChanges ${ignoreChanges.join(" ")}`] : []),
  ];
  return words.length === 0 ? [] : [`    (${words.join(", ")})`];
}

/** The inputs in a form for review: archives as file names, JSON as values, long texts left out. */
async function inputsOf({ inputs }: Registered): Promise<object> {
  const entries = await Promise.all(
    Object.entries(withoutStackTags(inputs)).map(async ([key, value]) => [
      key,
      key === "code" ? await archiveOf(value) : readable(value),
    ]),
  );
  return Object.fromEntries(entries);
}

async function archiveOf(code: unknown): Promise<object> {
  const assets = Object.entries(await (code as pulumi.asset.AssetArchive).assets);
  const contents = await Promise.all(
    assets.map(async ([name, asset]) => {
      const text = name === "__index.js" ? undefined : await (asset as pulumi.asset.StringAsset).text;
      return [name, text === undefined ? "packed" : readable(text)];
    }),
  );
  return Object.fromEntries(contents);
}

function readable(value: unknown): unknown {
  if (typeof value === "string") return readableText(value);
  if (Array.isArray(value)) return value.map(readable);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readable(inner)]));
}

function readableText(text: string): unknown {
  const [, view] = /^\/\* Presto View: (\S+) \*\/$/.exec(text) ?? [];
  const json = view === undefined ? text : Buffer.from(view, "base64").toString();
  if (/^\s*[{[]/.test(json)) {
    try {
      return readable(JSON.parse(json));
    } catch {
      // Text that only looks like JSON.
    }
  }
  if (text.length <= longestText) return text;
  return "(long text)";
}

/** A value in YAML style. */
function lines(value: object, depth = 1): string[] {
  const entries = Array.isArray(value) ? value.map((one) => ["-", one]) : Object.entries(value).sort(byKey);
  return entries.flatMap(([key, inner]) => {
    const label = `${"    ".repeat(depth)}${key}${key === "-" ? "" : ":"}`;
    if (inner === undefined) return [];
    if (inner === null || typeof inner !== "object") return [`${label} ${plain(inner)}`];
    if (isShort(inner)) return [`${label} ${JSON.stringify(inner)}`];
    return [label, ...lines(inner, depth + 1)];
  });
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function plain(value: unknown): string {
  return typeof value === "string" && value !== "" && !/[\n"]|^\s|\s$/.test(value) ? value : JSON.stringify(value);
}

function isShort(value: object): boolean {
  return JSON.stringify(value).length <= 90;
}
