import { readFileSync } from "node:fs";
import { variable } from "./variable";

/** The file of a function's archive that holds its settings, so that a preview shows each change of one. */
export const settingsFile = "settings.json";

/** Reads the settings from the function's archive. `T` is what the component wrote. */
export function readSettings<T>(): T {
  return JSON.parse(readFileSync(`${variable("LAMBDA_TASK_ROOT")}/${settingsFile}`, "utf8")) as T;
}
