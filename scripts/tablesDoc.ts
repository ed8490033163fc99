import { namedQueries, type View, viewNamesOverViews, views } from "../queries";

const isOverViews = ({ name }: View) => viewNamesOverViews.includes(name);

function viewSection(view: View): string {
  const { name, description, reads, columns } = view;
  const rows = columns.map((column) => `| \`${column.name}\` | ${column.type} | ${column.note ?? ""} |`);
  const source = isOverViews(view) ? ["", `Reads ${reads.map((read) => `\`${read}\``).join(", ")}.`] : [];
  const heading = [`### ${name}`, "", description, ...source];
  return [...heading, "", "| column | type | |", "| --- | --- | --- |", ...rows, ""].join("\n");
}

/** The text of docs/tables.md: every view and named query. */
export function tablesDoc(): string {
  return [
    "# Tables and named queries",
    "",
    "You query views in the stack's database. They are in the catalog as soon as the stack is deployed. `snapshot_date` is the",
    "day, in the stack's time zone, on which Spotify served something. `npm run docs` writes this page.",
    "",
    "## What Spotify served, by day",
    "",
    "Each view has one row a key and day. It reads the table `csv_NAME`, which holds the same values as text, as they are in",
    "the files. A condition on `snapshot_date` or `snapshot_day` that names days, such as `snapshot_day >= '2026-11-01'`, makes",
    "Athena read only those days' files. If the days come from another table, compare or join on `snapshot_day`.",
    "",
    ...views.filter((view) => !isOverViews(view)).map(viewSection),
    "## What changed over time",
    "",
    "Views over the ones above, and over one another.",
    "",
    ...views.filter(isOverViews).map(viewSection),
    "## Named queries",
    "",
    "They are kept in the Athena workgroup. On your machine: `npx playlake sql --named NAME`.",
    "",
    "| name | what it answers |",
    "| --- | --- |",
    ...namedQueries.map(({ name, description }) => `| \`${name}\` | ${description} |`),
    "",
  ].join("\n");
}
