import { readdirSync, readFileSync } from "node:fs";
import { join, parse } from "node:path";
import { tableNames } from "../transforms/schema";
import { type Column, parseQueryFile } from "./queryFile";

export type { Column } from "./queryFile";

/** A SELECT to be deployed as a view of the catalog. */
export interface View {
  /** The view's name, a plain table name of the schema. */
  name: string;
  /** What it answers, one line. */
  description: string;
  /** One SELECT, without comments; names in it are unqualified and resolve in the view's own database. */
  sql: string;
  /** What `sql` gives, in order. */
  columns: Column[];
}

/** A question that is kept ready to be asked. */
export interface NamedQuery {
  /** The file's name: lower-case words with dashes. */
  name: string;
  /** What it answers, one line. */
  description: string;
  /** One SELECT over the views, without comments. */
  sql: string;
}

/** The typed views, in the order of the schema's tables; each reads catalog tables only, never another view. */
export const views: View[] = tableNames.map((name) => {
  const { description, columns, sql } = readQuery("views", `${name}.sql`);
  return { name, description, sql, columns };
});

/** The named queries, in the order of their names; they read views only. */
export const namedQueries: NamedQuery[] = readdirSync(join(__dirname, "named"))
  .sort()
  .map((file) => {
    const { description, sql } = readQuery("named", file);
    return { name: parse(file).name, description, sql };
  });

function readQuery(folder: string, file: string): ReturnType<typeof parseQueryFile> {
  return parseQueryFile(readFileSync(join(__dirname, folder, file), "utf8"), `queries/${folder}/${file}`);
}
