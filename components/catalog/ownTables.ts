// Tables of somebody's own in the lake's database, so that one query joins both.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { views } from "../../queries";
import { catalogPrefix, tableNames } from "../../transforms/schema";
import { type ArgumentCheck, problemsOf, type Rule, shown } from "../arguments/validation";
import { csvTableAt, dashed } from "./catalogTables";

/** A table over CSV files with a header line, quoted by RFC 4180. Every column is text: cast in the query. */
export interface OwnTable {
  /** The columns in the files' order. */
  columns: readonly string[];
  /** The folder that holds the files, such as `s3://charts/top/`. Who asks must be allowed to read it. */
  location: pulumi.Input<string>;
}

const identifier = /^[a-z_][a-z0-9_]{0,254}$/;
const reserved = new Set<string>([...views.map(({ name }) => name), ...tableNames.map((name) => catalogPrefix + name)]);

const nameRule: Rule<string> = {
  example: '"charts"',
  fault: (name) => {
    if (!/^[a-z][a-z0-9_]{0,99}$/.test(name)) return "it must be small letters, digits and underscores, a letter first";
    return reserved.has(name) ? "the lake has a table or view of this name" : undefined;
  },
};

const columnsRule: Rule<readonly string[]> = {
  example: '["day", "track_id"]',
  fault: (columns) => {
    if (!Array.isArray(columns)) return "it must be a list of names";
    if (columns.length === 0) return "no column is named";
    const odd = columns.filter((column) => typeof column !== "string" || !identifier.test(column));
    if (odd.length > 0) return `no names of columns (small letters, digits, underscores): ${odd.map(shown).join(", ")}`;
    return new Set(columns).size < columns.length ? "a column is named twice" : undefined;
  },
};

const locationRule: Rule<string> = {
  example: '"s3://charts/top/"',
  fault: (location) =>
    /^s3:\/\/[a-z0-9][a-z0-9.-]+\/(.*\/)?$/.test(location)
      ? undefined
      : "it must be a folder in S3, with a slash at its end",
};

/** Notes what is wrong with the tables. */
export function checkOwnTables(check: ArgumentCheck, tables: Readonly<Record<string, OwnTable>>): void {
  for (const [name, { columns, location }] of Object.entries(tables)) {
    for (const problem of problemsOf(`tables.${name}`, name, nameRule)) check.problem(problem);
    for (const problem of problemsOf(`tables.${name}.columns`, columns, columnsRule)) check.problem(problem);
    check.argument(`tables.${name}.location`, location, locationRule);
  }
}

/** Declares the tables in the lake's database. */
export function createOwnTables(
  name: string,
  database: aws.glue.CatalogDatabase,
  tables: Readonly<Record<string, OwnTable>>,
  parent: pulumi.Resource,
): void {
  for (const [table, { columns, location }] of Object.entries(tables)) {
    const args = { ...csvTableAt(location, columns), databaseName: database.name, name: table };
    new aws.glue.CatalogTable(`${name}-table-${dashed(table)}`, args, { parent });
  }
}
