// The user's own tables in the lake's database, so that one query joins both.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { views } from "../../queries";
import { catalogPrefix, tableNames } from "../../transforms/schema";
import { shown } from "../arguments/problems";
import { problemsOf, type Rule } from "../arguments/rules";
import type { Setting } from "../arguments/setting";
import { csvTableAt, dashed } from "./catalogTables";

/** A table over CSV files with a header line, quoted by RFC 4180. Every column is text: cast it in the query. */
export interface OwnTable {
  /** The columns in the files' order. */
  columns: readonly string[];
  /** The folder that holds the files, such as `s3://charts/top/`. Whoever queries the table needs permission to read it. */
  location: pulumi.Input<string>;
}

const identifier = /^[a-z_][a-z0-9_]{0,254}$/;
const reserved = new Set<string>([...views.map(({ name }) => name), ...tableNames.map((name) => catalogPrefix + name)]);

const nameRule: Rule<string> = {
  type: "string",
  example: '"charts"',
  fault: (name) => {
    if (!/^[a-z][a-z0-9_]{0,99}$/.test(name))
      return "it must be lower-case letters, digits and underscores, a letter first";
    return reserved.has(name) ? "the lake has a table or view of this name" : undefined;
  },
};

const columnsRule: Rule<readonly string[]> = {
  type: "string[]",
  example: '["day", "track_id"]',
  fault: (columns) => {
    if (!Array.isArray(columns)) return "it must be a list of names";
    if (columns.length === 0) return "the list is empty";
    const odd = columns.filter((column) => typeof column !== "string" || !identifier.test(column));
    if (odd.length > 0)
      return `not names of columns (lower-case letters, digits, underscores): ${odd.map(shown).join(", ")}`;
    return new Set(columns).size < columns.length ? "a column is named twice" : undefined;
  },
};

const locationRule: Rule<string> = {
  type: "string",
  example: '"s3://charts/top/"',
  fault: (location) =>
    /^s3:\/\/[a-z0-9][a-z0-9.-]+\/(.*\/)?$/.test(location) ? undefined : "it must be a folder in S3, ending in a slash",
};

/** Tables by name, as a component takes them. */
type OwnTables = Readonly<Record<string, OwnTable>>;

/** The setting that takes tables. */
export function ownTables(): Setting<string, OwnTables, OwnTables, false> {
  return {
    rule: nameRule,
    isRequired: false,
    given: "Record<string, OwnTable>",
    read(property, tables = {}, check) {
      if (pulumi.Output.isInstance(tables)) {
        const fault = "the names must be known when the program runs";
        const advice = 'expected e.g. { charts: { columns: ["day"], location: "s3://charts/top/" } }';
        check.problem({ property, got: shown(tables), fault, advice });
        return {};
      }
      for (const [name, { columns, location }] of Object.entries(tables)) {
        for (const problem of problemsOf(`${property}.${name}`, name, nameRule)) check.problem(problem);
        for (const problem of problemsOf(`${property}.${name}.columns`, columns, columnsRule)) check.problem(problem);
        check.input(`${property}.${name}.location`, location, locationRule);
      }
      return tables;
    },
  };
}

/** Declares the tables in the lake's database. */
export function createOwnTables(
  name: string,
  database: aws.glue.CatalogDatabase,
  tables: OwnTables,
  parent: pulumi.Resource,
): void {
  for (const [table, { columns, location }] of Object.entries(tables)) {
    const args = { ...csvTableAt(location, columns), databaseName: database.name, name: table };
    new aws.glue.CatalogTable(`${name}-table-${dashed(table)}`, args, { parent });
  }
}
