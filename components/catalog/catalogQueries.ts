import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { createViewStatement, namedQueries, views } from "../../queries";
import { createViewDescription, dashed, viewTable } from "./catalogTables";

/** Declares the views: Athena makes none of them by a query. */
export function createViews(name: string, database: aws.glue.CatalogDatabase, parent: pulumi.Resource): void {
  for (const view of views) {
    new aws.glue.CatalogTable(`${name}-view-${dashed(view.name)}`, viewTable(view, database.name), { parent });
  }
}

/** Keeps the named queries in a workgroup, and the statements that make the views anew. */
export function createNamedQueries(
  name: string,
  database: aws.glue.CatalogDatabase,
  workgroup: aws.athena.Workgroup,
  parent: pulumi.Resource,
): void {
  const create = (token: string, queryName: string, description: string, query: string) =>
    new aws.athena.NamedQuery(
      `${name}-${token}`,
      { name: queryName, description, query, database: database.name, workgroup: workgroup.id },
      { parent },
    );
  for (const query of namedQueries) create(`query-${query.name}`, query.name, query.description, query.sql);
  for (const view of views) {
    const queryName = `create-view-${dashed(view.name)}`;
    create(queryName, queryName, createViewDescription(view), createViewStatement(view));
  }
}
