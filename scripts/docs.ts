// Writes what docs/ says of the tables and named queries, from the queries themselves: npm run docs
import { writeFileSync } from "node:fs";
import path from "node:path";
import { namedQueries, type View, views } from "../queries";

function viewSection({ name, description, columns }: View): string {
  const rows = columns.map((column) => `| \`${column.name}\` | ${column.type} | ${column.note ?? ""} |`);
  return [`## ${name}`, "", description, "", "| column | type | |", "| --- | --- | --- |", ...rows, ""].join("\n");
}

/** The text of docs/tables.md. */
export function tablesDoc(): string {
  return [
    "# Tables and named queries",
    "",
    "What one asks are typed views with the names below, in the stack's database; `snapshot_date` is the day, in the stack's",
    "time zone, on which Spotify served it. Below each view lies the table `csv_NAME` with the same facts as text, as the",
    "files hold them. This page is written by `npm run docs`.",
    "",
    ...views.map(viewSection),
    "## Named queries",
    "",
    "Kept in the Athena workgroup; here: `npx playlake sql --named NAME`.",
    "",
    "| name | what it answers |",
    "| --- | --- |",
    ...namedQueries.map(({ name, description }) => `| \`${name}\` | ${description} |`),
    "",
  ].join("\n");
}

/** Where the page is. */
export const tablesFile = path.join(__dirname, "..", "docs", "tables.md");

if (require.main === module) writeFileSync(tablesFile, tablesDoc());
