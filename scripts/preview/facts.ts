// Facts for comparing two versions of the program, as plain JSON.
import type { Registered } from "../../emulator/resources";
import { archiveFiles, zip } from "../archives";
import { costedStack, monthlyCost } from "../cost";
import { scenarios, scenarioText } from "../costDoc";
import { type Permissions, permissionsOf } from "./permissions";
import { collect, fileHashes, type Properties, type Resources, resourcesOf } from "./properties";

/** A function's zip. */
export interface ArchiveFacts {
  bytes: number;
  /** A hash of each file by its name. */
  files: Readonly<Record<string, string>>;
  /** What is in its `settings.json`, by path. */
  settings: Properties;
}

/** Facts about the resources that a program registers. */
export interface ProgramFacts {
  /** The form of these facts. */
  form: typeof form;
  resources: Resources;
  /** By the function's name. */
  archives: Readonly<Record<string, ArchiveFacts>>;
  /** Dollars a month at list price by scenario, and there by service. */
  cost: Readonly<Record<string, Readonly<Record<string, number>>>>;
  permissions: Permissions;
}

/** Changes with the form, so that facts of an older version of this script are not misread. */
export const form = 2;

export async function programFacts(resources: readonly Registered[]): Promise<ProgramFacts> {
  return {
    form,
    resources: await resourcesOf(resources),
    archives: await archivesOf(resources),
    cost: costOf(resources),
    permissions: permissionsOf(resources),
  };
}

async function archivesOf(resources: readonly Registered[]): Promise<ProgramFacts["archives"]> {
  const archives: Record<string, ArchiveFacts> = {};
  for (const { type, name, inputs } of resources) {
    if (type !== "aws:lambda/function:Function") continue;
    const files = await archiveFiles(inputs.code);
    const settings: Record<string, string> = {};
    for (const [key, value] of Object.entries(JSON.parse(files["settings.json"]?.toString() ?? "{}")))
      collect(value, key, settings);
    archives[name] = { bytes: zip(files).length, files: fileHashes(files), settings };
  }
  return archives;
}

function costOf(resources: readonly Registered[]): ProgramFacts["cost"] {
  const stack = costedStack(resources);
  return Object.fromEntries(
    scenarios.map((scenario) => {
      const parts = Object.entries(monthlyCost(stack, scenario)).map(([part, { list }]) => [part, list] as const);
      return [scenarioText(scenario), Object.fromEntries(parts)];
    }),
  );
}
