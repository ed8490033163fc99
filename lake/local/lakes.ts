import path from "node:path";
import { bucketsFolder, entriesOf } from "../../emulator/files";
import { rawPrefix } from "../../transforms/keys";
import { partitionColumn } from "../../transforms/schema";
import { lastState, readOrigin } from "./state";

/** The lakes below `.playlake/`, and the last one used, wherever it is. */
export function listLakes(root: string) {
  const last = lastState(root);
  const folders = entriesOf(root).filter((entry) => entry.isDirectory());
  const directories = [...folders.map(({ name }) => path.join(root, name)), ...(last === undefined ? [] : [last])];
  return [...new Set(directories)].flatMap((directory) => {
    const origin = readOrigin(directory);
    return origin === undefined ? [] : { directory, origin, days: daysOf(directory), isLast: directory === last };
  });
}

/** The days that have raw objects. */
function daysOf(directory: string): string[] {
  const buckets = bucketsFolder(directory);
  const prefix = `${partitionColumn}=`;
  const names = entriesOf(buckets).flatMap((bucket) => entriesOf(path.join(buckets, bucket.name, rawPrefix)));
  const days = names.filter(({ name }) => name.startsWith(prefix));
  return [...new Set(days.map(({ name }) => name.slice(prefix.length)))].sort();
}
