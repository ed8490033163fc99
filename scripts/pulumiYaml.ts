// Pulumi.yaml's config block, from the table of settings.
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Settings } from "../components/arguments/setting";
import { stackSettings } from "../components/stack/settings";
import { readSettingDocs, type SettingDoc } from "./declarations";

const file = path.join(__dirname, "..", "Pulumi.yaml");
const maxWidth = 120;
const header = "# The settings below are written by `npm run docs` from components/stack/settings.ts.";

/** The text of Pulumi.yaml: the part before the config, and a block for each setting. */
export function pulumiYaml(): string {
  const head = readFileSync(file, "utf8").split(/^(?:#.*\n)?config:$/m)[0];
  const docs = readSettingDocs().get("stackSettings") ?? new Map<string, SettingDoc>();
  const settings: Settings = stackSettings;
  const blocks = Object.entries(settings).flatMap(([key, setting]) => settingLines(key, setting, docs.get(key)));
  return `${head}${header}\nconfig:\n${blocks.join("\n")}\n`;
}

function settingLines(key: string, { rule, isRequired, ...setting }: Settings[string], doc?: SettingDoc): string[] {
  if (doc === undefined || doc.text === "") throw new Error(`${key}: no docstring`);
  const hasDefault = setting.default !== undefined;
  // The CLI prompts for each declared setting without a value: an empty one means "not given".
  const empty = isRequired || hasDefault ? "" : ` Empty: ${doc.default}.`;
  const list = rule.type.endsWith("[]");
  return [
    `  ${key}:`,
    `    type: ${list ? "array" : rule.type === "boolean" ? "boolean" : rule.type === "number" ? "integer" : "string"}`,
    ...(list ? ["    items:", "      type: string"] : []),
    ...(rule.isSecret ? ["    secret: true"] : []),
    "    description: >-",
    ...wrapped(`${doc.text}${empty}`, maxWidth - 6).map((line) => `      ${line}`),
    ...(isRequired ? [] : [`    default: ${JSON.stringify(setting.default ?? "")}`]),
  ];
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
