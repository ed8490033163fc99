import { readdirSync, readFileSync } from "node:fs";
import { join, parse } from "node:path";
import { tableNames } from "../transforms/schema";
import { type Column, parseQueryFile } from "./queryFile";

export type { Column } from "./queryFile";

/** A SELECT to be deployed as a view of the catalog. */
export interface View {
  /** The view's name: a plain table name of the schema, or one of `viewNamesOverViews`. */
  name: string;
  /** What it answers and what it scans, one line. */
  description: string;
  /** The tables or views that it names. */
  reads: string[];
  /** One SELECT, without a head comment; names in it are unqualified and resolve in the view's own database. */
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
  /** One SELECT over the views, without a head comment. */
  sql: string;
}

/** The views over the typed views, each after those that it reads. */
export const viewNamesOverViews: readonly string[] = [
  "items",
  "latest_items",
  "playlist_size",
  "changes",
  "stays",
  "artist_share",
  "new_releases",
  "unavailable_since",
];

/**
 * The views, each after those that it reads: first the typed ones in the order of the schema's tables, which read catalog
 * tables only, then those over them.
 */
export const views: View[] = [...tableNames, ...viewNamesOverViews].map((name) => ({
  name,
  ...readQuery("views", `${name}.sql`),
}));

/** The named queries, in the order of their names; they read views only. */
export const namedQueries: NamedQuery[] = readdirSync(join(__dirname, "named"))
  .sort()
  .map((file) => {
    const { description, sql } = readQuery("named", file);
    return { name: parse(file).name, description, sql };
  });

/** The statement that makes a view, or makes it anew: for those who would rather run it than have it in the catalog. */
export function createViewStatement({ name, sql }: View): string {
  return `CREATE OR REPLACE VIEW ${name} AS\n${sql}`;
}

function readQuery(folder: string, file: string): ReturnType<typeof parseQueryFile> {
  return parseQueryFile(readFileSync(join(__dirname, folder, file), "utf8"), `queries/${folder}/${file}`);
}
