import path from "node:path";
import { bucketsFolder, entriesOf } from "../../emulator/files";
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
  const folders = entriesOf(root).filter((entry) => entry.isDirectory());
  const directories = [...folders.map(({ name }) => path.join(root, name)), ...(last === undefined ? [] : [last])];
  return [...new Set(directories)].flatMap((directory) => {
    const origin = readOrigin(directory);
    return origin === undefined ? [] : { directory, origin, days: daysOf(directory), isLast: directory === last };
  });
}

function daysOf(directory: string): string[] {
  const buckets = bucketsFolder(directory);
  const prefix = `${partitionColumn}=`;
  const names = entriesOf(buckets).flatMap((bucket) => entriesOf(path.join(buckets, bucket.name, rawPrefix)));
  const days = names.filter(({ name }) => name.startsWith(prefix));
  return [...new Set(days.map(({ name }) => name.slice(prefix.length)))].sort();
}
