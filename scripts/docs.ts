// Writes the generated pages of docs/, and Pulumi.yaml's settings: npm run docs
import { writeFileSync } from "node:fs";
import path from "node:path";
import { costDoc } from "./costDoc";
import { historyDoc } from "./historyDoc";
import { operationsDoc } from "./operationsDoc";
import { pluginSchema } from "./pluginSchema";
import { pulumiYaml } from "./pulumiYaml";
import { questionsDoc } from "./questionsDoc";
import { reuseDoc } from "./reuseDoc";
import { scaleDoc } from "./scaleDoc";
import { tablesDoc } from "./tablesDoc";

/** The generated pages, by file name. */
export const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  "tables.md": tablesDoc,
  "cost.md": costDoc,
  "operations.md": operationsDoc,
  "reuse.md": reuseDoc,
  "scale.md": scaleDoc,
  "../Pulumi.yaml": pulumiYaml,
  "../plugin/schema.json": pluginSchema,
};

/** Pages that need a local run. */
export const answeredPages: Readonly<Record<string, () => Promise<string>>> = {
  "questions.md": questionsDoc,
  "history.md": historyDoc,
};

/** The folder of the pages. */
export const docsFolder = path.join(__dirname, "..", "docs");

async function writePages(): Promise<void> {
  for (const [name, text] of Object.entries({ ...pages, ...answeredPages }))
    writeFileSync(path.join(docsFolder, name), await text());
}

if (require.main === module) void writePages();
