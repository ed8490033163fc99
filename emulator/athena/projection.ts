import type { Partition, Table } from "../glue/catalog";

type ProjectedTable = Pick<Table, "name" | "parameters" | "partitionKeys"> & { location: string };

/**
 * The partitions that a table's projection names and whose folders are there (one without files gives no rows anyway).
 * Types `date` (format `yyyy-MM-dd`), `integer` and `enum`. `NOW` does not bound a range: a local run's days follow its own
 * clock, which may be ahead of this machine's.
 *
 * @param subfolders the names of the folders in a location (`s3://bucket/folder/`)
 * @throws Error HIVE_INVALID_METADATA, or for what is not modelled
 */
export function projectedPartitions(table: ProjectedTable, subfolders: (location: string) => string[]): Partition[] {
  const template = templateOf(table);
  const segments = template
    .replace(/^s3:\/\//, "")
    .split("/")
    .filter((segment) => segment !== "");
  const accepts = new Map(table.partitionKeys.map(({ name }) => [name, acceptor(table, name)]));
  let found = [{ path: "s3:/", values: new Map<string, string>() }];
  for (const segment of segments) {
    found = found.flatMap(({ path, values }) => {
      if (!segment.includes("${")) return [{ path: `${path}/${segment}`, values }];
      return subfolders(`${path}/`).flatMap((name) => {
        const read = readSegment(segment, name);
        const fits = read !== undefined && [...read].every(([key, value]) => accepts.get(key)?.(value) === true);
        return fits ? [{ path: `${path}/${name}`, values: new Map([...values, ...read]) }] : [];
      });
    });
  }
  return found.map(({ path, values }) => ({
    values: table.partitionKeys.map(({ name }) => values.get(name) ?? ""),
    location: `${path}/`,
  }));
}

/** By default folders are named as Hive does, one below another. */
function templateOf({ name, parameters, partitionKeys, location }: ProjectedTable): string {
  const hive = partitionKeys.map((key) => `${key.name}=\${${key.name}}/`).join("");
  const template = parameters["storage.location.template"] ?? `${location.replace(/\/?$/, "/")}${hive}`;
  const missing = partitionKeys.filter((key) => !template.includes(`\${${key.name}}`));
  if (missing.length > 0) {
    throw new Error(`HIVE_INVALID_METADATA: Table ${name}: storage.location.template lacks \${${missing[0]!.name}}`);
  }
  return template;
}

/** The values that a folder's name gives to the placeholders of a template's segment. */
function readSegment(segment: string, folder: string): Map<string, string> | undefined {
  const keys: string[] = [];
  const pattern = segment
    .split(/(\$\{[^}]+\})/)
    .map((part) => {
      if (!part.startsWith("${")) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      keys.push(part.slice(2, -1));
      return "(.+?)";
    })
    .join("");
  const match = new RegExp(`^${pattern}$`).exec(folder);
  return match === null ? undefined : new Map(keys.map((key, i) => [key, match[i + 1]!]));
}

function acceptor({ name, parameters }: ProjectedTable, key: string): (value: string) => boolean {
  const setting = (what: string): string => {
    const value = parameters[`projection.${key}.${what}`];
    if (value === undefined)
      throw new Error(`HIVE_INVALID_METADATA: Table ${name}: projection.${key}.${what} is missing`);
    return value;
  };
  const type = setting("type");
  if (type === "enum") {
    const values = setting("values").split(",");
    return (value) => values.includes(value);
  }
  const [from = "", to = ""] = type === "date" || type === "integer" ? setting("range").split(",") : [];
  if (type === "integer") {
    const digits = Number(parameters[`projection.${key}.digits`] ?? 1);
    const isWritten = (value: string) => String(Number(value)).padStart(digits, "0") === value;
    return (value) => isWritten(value) && Number(value) >= Number(from) && Number(value) <= Number(to);
  }
  if (type === "date" && setting("format") === "yyyy-MM-dd") {
    // Dates of this form compare as text; a bound that moves with the clock bounds nothing.
    const isBound = (text: string) => !text.startsWith("NOW");
    return (value) =>
      /^\d{4}-\d\d-\d\d$/.test(value) && (!isBound(from) || value >= from) && (!isBound(to) || value <= to);
  }
  throw new Error(`table ${name}: the projection of ${key} is not modelled by the local Athena`);
}
