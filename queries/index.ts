import { readdirSync, readFileSync } from "node:fs";
import { join, parse } from "node:path";
import type { Parameter } from "./parameters";
import { parseQueryFile, type View } from "./queryFile";
import { typedViews } from "./typedViews";

export type { Column, View } from "./queryFile";

/** A question saved with its SQL, ready to run. */
export interface NamedQuery {
  /** The file's name: lower-case words with dashes. */
  name: string;
  /** What it answers, in one line. */
  description: string;
  /** The values that it asks for. */
  parameters: Parameter[];
  /** One SELECT over the views. If it has parameters, a comment before it names them in the order of the question marks. */
  sql: string;
}

/** The views over the typed views, each after the views it reads. */
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
 * All views, each after the views it reads: first the typed views over the catalog's tables, then the views over those.
 */
export const views: View[] = [
  ...typedViews,
  ...viewNamesOverViews.map((name) => {
    const { description, reads, columns, sql } = readQuery("views", `${name}.sql`);
    return { name, description, reads, columns, sql };
  }),
];

/** The named queries, sorted by name. They read only views. */
export const namedQueries: NamedQuery[] = readdirSync(join(__dirname, "named"))
  .sort()
  .map((file) => {
    const { description, parameters, sql } = readQuery("named", file);
    return { name: parse(file).name, description, parameters, sql: sql.replace(/\{(\w+)\}/g, inlined) };
  });

/** The statement that creates or replaces a view, for users who run SQL rather than deploy the view in the catalog. */
export function createViewStatement({ name, sql }: View): string {
  return `CREATE OR REPLACE VIEW ${name} AS\n${sql}`;
}

/** A view's statement in place of `{view}`, so that it reads the query's own `with` instead of the views of these names. */
function inlined(_: string, view: string): string {
  const { sql } = views.find(({ name }) => name === view)!;
  return `(\n${sql}\n)`;
}

function readQuery(folder: string, file: string): ReturnType<typeof parseQueryFile> {
  return parseQueryFile(readFileSync(join(__dirname, folder, file), "utf8"), `queries/${folder}/${file}`);
}
