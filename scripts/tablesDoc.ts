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
    "What one asks are views with the names below, in the stack's database. They are in the catalog as soon as the stack is;",
    "the statement that makes each is also kept in the workgroup, as `create-view-NAME`. `snapshot_date` is the day, in the",
    "stack's time zone, on which Spotify served something. This page is written by `npm run docs`.",
    "",
    "## What Spotify served, by day",
    "",
    "Each has one row a key and day. Below it lies the table `csv_NAME` with the same facts as text, as the files hold them.",
    "A condition on `snapshot_date` or `snapshot_day` that names days, such as `snapshot_day >= '2026-11-01'`, has Athena read",
    "only those days' files; where the days come from another table, compare or join on `snapshot_day`.",
    "",
    ...views.filter((view) => !isOverViews(view)).map(viewSection),
    "## What came of it",
    "",
    "Views over the ones above, and over one another.",
    "",
    ...views.filter(isOverViews).map(viewSection),
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
