/** The stacks whose resources are kept as golden files. */
import { runProgram } from "../../../lake/local/program";
import { exampleConfig } from "../../../scripts/exampleStack";
import { everything, keptBuckets } from "../validity/stacks";
import { difference, type Graph, graphOf, printed } from "./graph";

type Config = Readonly<Record<string, string>>;

/** The program as it would be deployed: the stack's name is part of every resource name. */
async function deployed(settings: Config, stack = "prod"): Promise<Graph> {
  const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`playlake:${key}`, value]));
  const result = await runProgram({ config: { ...exampleConfig, ...config }, stack });
  return graphOf(result);
}

let asDefault: Promise<Graph> | undefined;

/** The stack with the default settings. It runs once; the others are compared with it. */
function deployedByDefault(): Promise<Graph> {
  asDefault ??= deployed({});
  return asDefault;
}

async function compared(settings: Config): Promise<string> {
  return difference(await deployedByDefault(), await deployed(settings));
}

/** The content of each golden file, by file name. */
export const stackFiles: Readonly<Record<string, () => Promise<string>>> = {
  "default.txt": async () => printed(await deployedByDefault()),
  "inferred.txt": () => compared({ catalog: "inferred" }),
  "no-crawler.txt": () => compared({ crawlSchedule: "none" }),
  "detailed-alarms.txt": () => compared({ alarms: "detailed" }),
  "digest.txt": () => compared({ digestEmail: "you@example.com" }),
  "everything.txt": () => compared(everything),
  "kept-buckets.txt": () => compared(keptBuckets),
  // A stack named dev has no protected resources.
  "dev.txt": async () => {
    const dev = await deployed({ retainData: "false", forceDestroy: "true" }, "dev");
    const rename = (text: string) => text.replace(/(playlake[-_])dev/g, "$1prod");
    const renamed = [...dev].map(([heading, text]) => [rename(heading), text.map(rename)] as const);
    return difference(await deployedByDefault(), new Map(renamed));
  },
};
