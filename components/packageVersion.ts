import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** This package's version. */
export function packageVersion(): string {
  // The compiled files lie a folder deeper than the sources.
  const file = ["..", "../.."].map((up) => path.join(__dirname, up, "package.json")).find(existsSync) ?? "package.json";
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
