import type { LakeSql } from "../lake";
import { parametersOf, valuesInOrder } from "../queries/parameters";
import { wrongUse } from "./command";
import { dayInWords } from "./dates";
import { playlistOf } from "./playlistReference";

/**
 * The values for a saved query's question marks, in their order. A playlist is found as the commands of the history find it.
 * @param name the query's, for errors
 * @param given each as `NAME=VALUE`
 * @param say shows that a playlist was found by an earlier name
 * @param prefix what is typed before each value
 * @throws as `namedValues` and `playlistOf`
 */
export async function askedValues(
  lake: LakeSql,
  name: string,
  sql: string,
  given: readonly string[],
  say: (remark: string) => void,
  prefix?: string,
): Promise<string[]> {
  const values = namedValues(name, sql, given, prefix);
  const { playlist = allPlaylists } = values;
  const id = playlist === allPlaylists ? {} : { playlist: (await playlistOf(lake, playlist, say)).id };
  return valuesInOrder(sql, { ...values, ...id });
}

/** The value of a parameter `playlist` for all playlists, in queries that allow it. */
const allPlaylists = "*";

/**
 * The values of a saved query's parameters, by name.
 * @param name the query's, for errors
 * @param given each as `NAME=VALUE`
 * @param prefix what is typed before each of them
 * @throws wrong use that names the parameters that are missing, are not the query's, or are not days though it asks for one
 */
export function namedValues(
  name: string,
  sql: string,
  given: readonly string[],
  prefix = "--param ",
): Record<string, string> {
  const parameters = parametersOf(sql);
  const values: Record<string, string> = {};
  for (const word of given) {
    const [, key = word, value] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    const parameter = parameters.find((one) => one.name === key);
    if (parameter === undefined) {
      const known = parameters.map((one) => one.name).join(", ");
      throw wrongUse(`${name}: "${key}" is not a parameter; ${known === "" ? "it has none" : `there are ${known}`}`);
    }
    if (value === undefined) throw wrongUse(`${name}: got "${word}", expected ${key}=VALUE`);
    const isDay = /^\d{4}-\d\d-\d\d$/.test(parameter.example);
    values[key] = isDay ? dayInWords(`${name}: ${key}`, value) : value;
  }
  const missing = parameters.filter((one) => values[one.name] === undefined);
  if (missing.length > 0) {
    const asked = missing.map(({ name: key, example, note }) => `${prefix}${key}=${quoted(example)} (${note})`);
    throw wrongUse(`${name} asks for ${asked.join(", ")}`);
  }
  return values;
}

/** A value as it is typed in a shell. */
function quoted(value: string): string {
  return /^[\w.-]+$/.test(value) ? value : `"${value}"`;
}
