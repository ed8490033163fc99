import { parametersOf, valuesInOrder } from "../queries/parameters";
import { wrongUse } from "./command";

/**
 * The values for a saved query's question marks.
 * @param name the query's, for errors
 * @param given each as `NAME=VALUE`
 * @param prefix what is typed before each of them
 * @throws wrong use that names the parameters that are missing, or are not the query's
 */
export function namedValues(name: string, sql: string, given: readonly string[], prefix = "--param "): string[] {
  const parameters = parametersOf(sql);
  const values: Record<string, string> = {};
  for (const word of given) {
    const [, key = word, value] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    if (!parameters.some((parameter) => parameter.name === key)) {
      const known = parameters.map((parameter) => parameter.name).join(", ");
      throw wrongUse(`${name}: "${key}" is not a parameter; ${known === "" ? "it has none" : `there are ${known}`}`);
    }
    if (value === undefined) throw wrongUse(`${name}: got "${word}", expected ${key}=VALUE`);
    values[key] = value;
  }
  const missing = parameters.filter((parameter) => values[parameter.name] === undefined);
  if (missing.length > 0) {
    const asked = missing.map(({ name: key, example, note }) => `${prefix}${key}=${quoted(example)} (${note})`);
    throw wrongUse(`${name} asks for ${asked.join(", ")}`);
  }
  return valuesInOrder(sql, values);
}

/** A value as it is typed in a shell. */
function quoted(value: string): string {
  return /^[\w.-]+$/.test(value) ? value : `"${value}"`;
}
