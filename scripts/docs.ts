// Writes the pages of docs/ that follow from the code, and Pulumi.yaml's settings: npm run docs
import { writeFileSync } from "node:fs";
import path from "node:path";
import { costDoc } from "./costDoc";
import { operationsDoc } from "./operationsDoc";
import { pulumiYaml } from "./pulumiYaml";
import { questionsDoc } from "./questionsDoc";
import { reuseDoc } from "./reuseDoc";
import { scaleDoc } from "./scaleDoc";
import { tablesDoc } from "./tablesDoc";

/** The pages that are written, by their names in docs/. */
export const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  "tables.md": tablesDoc,
  "cost.md": costDoc,
  "operations.md": operationsDoc,
  "reuse.md": reuseDoc,
  "scale.md": scaleDoc,
  "../Pulumi.yaml": pulumiYaml,
};

/** Those that take a local run to write. */
export const answeredPages: Readonly<Record<string, () => string>> = { "questions.md": questionsDoc };

/** Where the pages are. */
export const docsFolder = path.join(__dirname, "..", "docs");

async function writePages(): Promise<void> {
  for (const [name, text] of Object.entries({ ...pages, ...answeredPages }))
    writeFileSync(path.join(docsFolder, name), await text());
}

if (require.main === module) void writePages();
