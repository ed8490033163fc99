import { namedQueries, type View, views, viewsOverViews } from "../queries";
import { schema, tableNames } from "../transforms/schema";

const isOverViews = (view: View) => viewsOverViews.includes(view);

function viewSection(view: View): string {
  const { name, description, reads, columns } = view;
  const rows = columns.map((column) => `| \`${column.name}\` | ${column.type} | ${column.note ?? ""} |`);
  const source = isOverViews(view) ? ["", `Reads ${reads.map((read) => `\`${read}\``).join(", ")}.`] : [];
  const heading = [`### ${name}`, "", description, ...source];
  return [...heading, "", "| column | type | |", "| --- | --- | --- |", ...rows, ""].join("\n");
}

/** How the tables are related, as a Mermaid diagram: a column that is another table's key points to it. */
function diagram(): string[] {
  const keyed = tableNames.flatMap((name) => {
    const [column, ...more] = schema[name].key;
    return column !== undefined && more.length === 0 ? [{ name, column }] : [];
  });
  const relations = tableNames.flatMap((from) =>
    keyed
      .filter(({ name, column }) => name !== from && Object.hasOwn(schema[from].columns, column))
      .map(({ name, column }) => `  ${from} }o--|| ${name} : ${column}`),
  );
  const items = ["tracks", "episodes"].map((name) => `  playlist_items }o--o| ${name} : item_key`);
  return ["```mermaid", "erDiagram", ...relations, ...items, "```"];
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
    "Each view has one row per key and day. It reads the table `csv_NAME`, which holds the same values as text, as they are in",
    "the files. A condition on `snapshot_date` or `snapshot_day` that names days, such as `snapshot_day >= '2026-11-01'`, makes",
    "Athena read only those days' files. If the days come from another table, compare or join on `snapshot_day`.",
    "",
    "The diagram shows how they join. Every join is on `snapshot_date` as well.",
    "",
    ...diagram(),
    "",
    ...views.filter((view) => !isOverViews(view)).map(viewSection),
    "## What changed over time",
    "",
    "Views over the views above, and over each other.",
    "",
    ...views.filter(isOverViews).map(viewSection),
    "## Named queries",
    "",
    "They are saved in the Athena workgroup. Locally: `npx playlake sql --named NAME`. Parameters are text: Athena asks for them in",
    "the order of the question marks, which a comment in the query names; the command takes `--param NAME=VALUE`.",
    "",
    "| name | what it answers | parameters |",
    "| --- | --- | --- |",
    ...namedQueries.map(({ name, description, parameters }) => {
      const values = parameters.map((one) => `\`${one.name}\`: ${one.note}, such as \`${one.example}\``);
      return `| \`${name}\` | ${description} | ${values.join("; ")} |`;
    }),
    "",
  ].join("\n");
}
