import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { namedQueries, views } from "../../queries";
import { dashed, viewTable } from "./catalogTables";

/** Declares the views as Glue tables, not by Athena queries. */
export function createViews(name: string, database: aws.glue.CatalogDatabase, parent: pulumi.Resource): void {
  for (const view of views) {
    new aws.glue.CatalogTable(`${name}-view-${dashed(view.name)}`, viewTable(view, database.name), { parent });
  }
}

/** Declares the named queries in a workgroup. @returns them by name */
export function createNamedQueries(
  name: string,
  database: aws.glue.CatalogDatabase,
  workgroup: aws.athena.Workgroup,
  parent: pulumi.Resource,
): Record<string, aws.athena.NamedQuery> {
  const made = namedQueries.map(({ name: queryName, description, sql }) => {
    const args = { name: queryName, description, query: sql, database: database.name, workgroup: workgroup.id };
    return [queryName, new aws.athena.NamedQuery(`${name}-query-${queryName}`, args, { parent })] as const;
  });
  return Object.fromEntries(made);
}
