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

/** Declares the named queries in a workgroup. */
export function createNamedQueries(
  name: string,
  database: aws.glue.CatalogDatabase,
  workgroup: aws.athena.Workgroup,
  parent: pulumi.Resource,
): void {
  for (const { name: queryName, description, sql } of namedQueries) {
    new aws.athena.NamedQuery(
      `${name}-query-${queryName}`,
      { name: queryName, description, query: sql, database: database.name, workgroup: workgroup.id },
      { parent },
    );
  }
}
