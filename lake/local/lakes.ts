import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { bucketsFolder } from "../../emulator/files";
import { rawPrefix } from "../../transforms/keys";
import { partitionColumn } from "../../transforms/schema";
import { lastState, type Origin, readOrigin } from "./state";

/** A lake in a state folder. */
interface KnownLake {
  readonly directory: string;
  readonly origin: Origin;
  /** Days that have raw objects. */
  readonly days: readonly string[];
  /** Whether commands without `--state` use it. */
  readonly isLast: boolean;
}

/** The lakes below `.playlake/`, and the last one used, wherever it is. */
export function listLakes(root: string): KnownLake[] {
  const last = lastState(root);
  const below = existsSync(root) ? readdirSync(root, { withFileTypes: true }) : [];
  const folders = below.filter((entry) => entry.isDirectory()).map((entry) => path.join(root, entry.name));
  const lakes: KnownLake[] = [];
  for (const directory of new Set([...folders.sort(), ...(last === undefined ? [] : [last])])) {
    const origin = readOrigin(directory);
    if (origin !== undefined) lakes.push({ directory, origin, days: daysOf(directory), isLast: directory === last });
  }
  return lakes;
}

function daysOf(directory: string): string[] {
  const buckets = bucketsFolder(directory);
  const names = existsSync(buckets) ? readdirSync(buckets) : [];
  const prefix = `${partitionColumn}=`;
  const days = names.flatMap((bucket) => {
    const folder = path.join(buckets, bucket, rawPrefix);
    return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(prefix)) : [];
  });
  return [...new Set(days.map((name) => name.slice(prefix.length)))].sort();
}
