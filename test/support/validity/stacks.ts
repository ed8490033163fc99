/** The program with all settings that change its resources, for the tests of rules and policies. */
import { awsOutputs, localPartition, localRegion } from "../../../emulator/awsOutputs";
import { type ProgramResult, runProgram } from "../../../lake/local/program";
import { reusingCallbacks } from "../../../scripts/exampleStack";
import { goodConfig, runTestProgram, stackWith } from "../components/testPrograms";
import type { Place } from "./rule";

/** One deployment. */
export interface Stack {
  name: string;
  place: Place;
  run(): Promise<ProgramResult>;
}

const home: Place = { partition: "aws", region: "us-east-1" };
const china: Place = { partition: "aws-cn", region: "cn-north-1" };

/** The longest stack name that Pulumi accepts, with all allowed characters. */
const longStack = `Prod.eu_1-${"x".repeat(90)}`;

/** AWS's outputs with the ARNs and addresses of another partition and region. */
function outputsIn({ partition, region }: Place): typeof awsOutputs {
  const move = (inner: unknown): unknown => {
    if (typeof inner === "string") {
      const moved = inner.replaceAll(`arn:${localPartition}:`, `arn:${partition}:`);
      return moved.replace(new RegExp(`([:.])${localRegion}([:.])`, "g"), `$1${region}$2`);
    }
    if (Array.isArray(inner)) return inner.map(move);
    if (inner === null || typeof inner !== "object" || Object.getPrototypeOf(inner) !== Object.prototype) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, move(one)]));
  };
  return (...resource) => move(awsOutputs(...resource)) as ReturnType<typeof awsOutputs>;
}

function own(name: string, stack: string, place: Place, config: Record<string, string>): Stack {
  const full = Object.fromEntries(Object.entries(config).map(([key, value]) => [`playlake:${key}`, value]));
  return {
    name,
    place,
    run: () =>
      reusingCallbacks(() => runProgram({ config: { ...goodConfig, ...full }, stack, outputsOf: outputsIn(place) })),
  };
}

const adopted = { rawBucket: "their-raw", lakeBucket: "their.lake" };

/** Every setting that adds resources. */
export const everything = {
  auditTrail: "true",
  compactSchedule: "cron(0 7 * * ? *)",
  digestEmail: "you@example.com",
  alarmEmail: "you@example.com",
  monthlyBudget: "5",
};

/** The buckets of an earlier stack that kept its data. */
export const keptBuckets = { rawBucket: "kept-raw", lakeBucket: "kept-lake" };

const all: readonly Stack[] = [
  ...(["declared", "inferred"] as const).map((catalog) => ({
    name: catalog,
    place: home,
    run: () => stackWith(catalog),
  })),
  own("everything, in China", "prod", china, everything),
  own(
    "everything inferred, long name",
    longStack,
    { partition: "aws", region: "eu-central-1" },
    {
      ...everything,
      catalog: "inferred",
      timezone: "Europe/Berlin",
      schedule: "cron(15 22 * * ? *)",
    },
  ),
  own(
    "adopted buckets, GovCloud",
    "dev",
    { partition: "aws-us-gov", region: "us-gov-west-1" },
    {
      ...everything,
      ...adopted,
      crawlSchedule: "none",
      schedule: "rate(1 day)",
      market: "DE",
    },
  ),
  own("let go of", "dev", home, { retainData: "false", forceDestroy: "true" }),
  {
    name: "triggers",
    place: china,
    run: () => runTestProgram("triggers", {}, { outputsOf: outputsIn(china) }),
  },
  ...["twoInstances", "existingBuckets"].map((name) => ({
    name,
    place: home,
    run: () => runTestProgram(name),
  })),
  {
    name: "readers of long names",
    place: china,
    run: () => runTestProgram("readers", {}, { stack: longStack, outputsOf: outputsIn(china) }),
  },
];

/** Each runs once for all tests, which only read the result. */
const stacks: readonly Stack[] = all.map(({ name, place, run }) => {
  let result: Promise<ProgramResult> | undefined;
  return {
    name,
    place,
    run() {
      result ??= run();
      return result;
    },
  };
});

/** The three kinds of catalog, which other tests also use. */
export const plainStacks = stacks.slice(0, 3);
export const otherStacks = stacks.slice(3);
