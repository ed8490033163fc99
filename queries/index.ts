import { readdirSync, readFileSync } from "node:fs";
import { join, parse } from "node:path";
import type { Parameter } from "./parameters";
import { parseQueryFile, type View } from "./queryFile";
import { inReadingOrder } from "./readingOrder";
import { typedViews } from "./typedViews";

export type { Column, View } from "./queryFile";

/** A question saved with its SQL, ready to run. */
export interface NamedQuery {
  /** The file's name: lower-case words with dashes. */
  name: string;
  /** What it answers, in one line. */
  description: string;
  /** The views it reads. */
  reads: string[];
  /** The values that it asks for. */
  parameters: Parameter[];
  /** One SELECT over the views. If it has parameters, a comment before it names them in the order of the question marks. */
  sql: string;
}

/** The views over the typed views: one for each file in `views/`. */
export const viewsOverViews: readonly View[] = inReadingOrder(
  typedViews,
  readdirSync(join(__dirname, "views"))
    .sort()
    .map((file) => {
      const { description, reads, columns, sql } = readQuery("views", file);
      return { name: parse(file).name, description, reads, columns, sql };
    }),
);

/** All views, each after the views it reads: the typed views over the catalog's tables come first. */
export const views: View[] = [...typedViews, ...viewsOverViews];

/** The named queries, sorted by name. They read only views. */
export const namedQueries: NamedQuery[] = readdirSync(join(__dirname, "named"))
  .sort()
  .map((file) => {
    const { description, reads, parameters, sql } = readQuery("named", file);
    return { name: parse(file).name, description, reads, parameters, sql: inlined(sql) };
  });

/** The statement that creates or replaces a view, for users who run SQL rather than deploy the view in the catalog. */
export function createViewStatement({ name, sql }: View): string {
  return `CREATE OR REPLACE VIEW ${name} AS\n${sql}`;
}

/**
 * The statement with that of a view or of a file in `parts/` in place of each `{name}`, so that it reads the query's own
 * `with` instead of the views of these names.
 */
function inlined(statement: string): string {
  return statement.replace(/\{(\w+)\}/g, (_, part: string) => {
    const { sql } = views.find(({ name }) => name === part) ?? readQuery("parts", `${part}.sql`);
    return `(\n${inlined(sql)}\n)`;
  });
}

function readQuery(folder: string, file: string): ReturnType<typeof parseQueryFile> {
  return parseQueryFile(readFileSync(join(__dirname, folder, file), "utf8"), `queries/${folder}/${file}`);
}
