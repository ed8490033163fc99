import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const made = new Set<string>();

function removeAll(): void {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
  made.clear();
}

/** Gives `work` a folder that is removed when it ends, or when the user interrupts the bench. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  if (process.listenerCount("exit", removeAll) === 0) {
    process.on("exit", removeAll);
    process.once("SIGINT", () => process.exit(130));
    process.once("SIGTERM", () => process.exit(143));
  }
  const folder = mkdtempSync(path.join(tmpdir(), "playlake-bench-"));
  made.add(folder);
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    made.delete(folder);
  }
}
