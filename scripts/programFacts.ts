// Facts for comparing two versions of the program, as plain JSON.
import type { Registered } from "../emulator/resources";
import { archiveFiles, zip } from "./archives";
import { costedStack, totalCost } from "./cost";
import { scenarios, scenarioText } from "./costDoc";

/** Facts about the resources that a program registers. */
export interface ProgramFacts {
  /** `TYPE NAME` of each resource, sorted. */
  resources: string[];
  /** Each function's zip by the function's name. */
  archives: Record<string, { bytes: number; files: number }>;
  /** Dollars a month at list price, by scenario. */
  cost: Record<string, number>;
  /** `ROLE: EFFECT ACTION RESOURCE` of each statement of a role's policies, sorted; conditions at the end. */
  permissions: string[];
}

export async function programFacts(resources: readonly Registered[]): Promise<ProgramFacts> {
  const stack = costedStack(resources);
  const cost = scenarios.map((scenario): [string, number] => [scenarioText(scenario), totalCost(stack, scenario).list]);
  return {
    resources: resources.map(({ type, name }) => `${type} ${name}`).sort(),
    archives: await archivesOf(resources),
    cost: Object.fromEntries(cost),
    permissions: resources.flatMap(permissionsOf).sort(),
  };
}

async function archivesOf(resources: readonly Registered[]): Promise<ProgramFacts["archives"]> {
  const archives: ProgramFacts["archives"] = {};
  for (const { type, name, inputs } of resources) {
    if (type !== "aws:lambda/function:Function") continue;
    const files = await archiveFiles(inputs.code);
    archives[name] = { bytes: zip(files).length, files: Object.keys(files).length };
  }
  return archives;
}

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: object;
}

function permissionsOf({ type, inputs }: Registered): string[] {
  if (type !== "aws:iam/rolePolicy:RolePolicy") return [];
  const policy = typeof inputs.policy === "string" ? JSON.parse(inputs.policy) : inputs.policy;
  const statements = [(policy as { Statement: Statement | Statement[] }).Statement].flat();
  return statements.flatMap(({ Effect, Action, Resource, Condition }) =>
    [Action].flat().flatMap((action) =>
      [Resource].flat().map((resource) => {
        const condition = Condition === undefined ? "" : ` if ${JSON.stringify(Condition)}`;
        return `${inputs.role}: ${Effect} ${action} ${resource}${condition}`;
      }),
    ),
  );
}
