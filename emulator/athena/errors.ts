import path from "node:path";

/** What DuckDB stumbles over in a file, and what Athena makes of it by the rules of OpenCSVSerde. */
const unreadable: readonly [said: RegExp, told: string][] = [
  [
    /unterminated quote/,
    "a quote does not end on its line; Athena reads the value as NULL and goes on with the next line",
  ],
  [/quoted new lines/, "a value holds a line break; Athena cuts the row there"],
  [/Invalid unicode/, "it is not UTF-8; Athena reads it with the odd bytes replaced"],
  [/Expected Number of Columns/, "a line has far more values than the table columns; Athena drops them"],
  [/Input is not a GZIP stream/, "its name ends in .gz but it is no gzip; Athena fails too"],
];

/**
 * The first line of DuckDB's message. A file that it can't read is named as an object, with what Athena would make of it; a
 * table or view that it misses is named with why it could not be made.
 */
export function oneLine(message: string, broken: ReadonlyMap<string, string>, bucketsRoot: string): string {
  const [first = ""] = message.split("\n");
  const [, missing = ""] = /^Catalog Error: Table with name (\S+) does not exist/.exec(first) ?? [];
  const reason = broken.get(missing.toLowerCase());
  if (reason !== undefined) return `${missing} can't be read: ${oneLine(reason, broken, bucketsRoot)}`;
  return fileLine(message, bucketsRoot) ?? first;
}

function fileLine(message: string, bucketsRoot: string): string | undefined {
  const [, file] =
    /^\s*file = (.+)$/m.exec(message) ?? /^IO Error: Input is not a GZIP stream: (.+)$/m.exec(message) ?? [];
  if (file === undefined) return undefined;
  const [, line] = /CSV Error on Line: (\d+)/.exec(message) ?? [];
  const at = line === undefined ? "" : `, line ${line}`;
  const told = unreadable.find(([said]) => said.test(message))?.[1] ?? "Athena may read it";
  return `s3://${path.relative(bucketsRoot, file)}${at}: the local SQL can't read this file: ${told}. Remove it, or write it as the table's others`;
}
