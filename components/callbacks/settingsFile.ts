import { readFileSync } from "node:fs";
import { variable } from "./variable";

/** The file of a function's archive that holds its settings: a reviewer sees each of them change in the preview. */
export const settingsFile = "settings.json";

/** Reads the settings from the function's archive. `T` is what the component wrote. */
export function readSettings<T>(): T {
  return JSON.parse(readFileSync(`${variable("LAMBDA_TASK_ROOT")}/${settingsFile}`, "utf8")) as T;
}
