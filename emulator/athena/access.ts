// The calls that Athena makes with the permissions of a query's caller.
import { bucketArn, localArn } from "../awsOutputs";
import { parseLocation, type Table } from "../glue/catalog";
import { ofType, type Registered } from "../resources";
import { isIceberg } from "./tables";
import { decodeView } from "./views";

/** A call as `authorize` takes it. */
export type NeededCall = [action: string, resource: string, context?: Record<string, string>];

export interface Workgroup {
  readonly name: string;
  readonly arn: string;
  /** `s3://bucket/folder/` */
  readonly results: string;
}

export function readWorkgroups(resources: readonly Registered[]): Map<string, Workgroup> {
  const declared = ofType(resources, "aws:athena/workgroup:Workgroup").map(({ inputs, outputs: { name, arn } }) => {
    const results = inputs.configuration?.resultConfiguration?.outputLocation ?? "";
    return { name, arn, results };
  });
  return new Map(declared.map((workgroup) => [workgroup.name, workgroup]));
}

/** The tables and views in a statement, and those that its views read in turn. */
export function readBy(sql: string, tables: Readonly<Record<string, Table>>): Table[] {
  const found = new Set<Table>();
  const look = (text: string): void => {
    for (const word of new Set(text.match(/[a-z0-9_]+/gi))) {
      const table = tables[word.toLowerCase()];
      if (table === undefined || found.has(table)) continue;
      found.add(table);
      if (table.tableType === "VIRTUAL_VIEW") look(decodeView(table).originalSql);
    }
  };
  look(sql);
  return [...found];
}

/** What reading tables and views takes. Glue asks for each call on the catalog and the database, too. */
export function readCalls(database: string, tables: readonly Table[]): NeededCall[] {
  const glueCalls = (name: string, ...whats: string[]): NeededCall[] =>
    ["catalog", `database/${database}`, ...whats].map((what) => [`glue:${name}`, localArn("glue", what)]);
  return [
    ["athena:GetDataCatalog", localArn("athena", "datacatalog/AwsDataCatalog")],
    ["glue:GetDatabase", localArn("glue", "database/default")],
    ...glueCalls("GetDatabase"),
    ...tables.flatMap((table): NeededCall[] => {
      const what = `table/${database}/${table.name}`;
      if (table.location === undefined || isIceberg(table)) return glueCalls("GetTable", what);
      const { bucket, prefix } = parseLocation(table.location);
      return [
        ...glueCalls("GetTable", what),
        ...glueCalls("GetPartitions", what),
        ["s3:GetBucketLocation", bucketArn(bucket)],
        ["s3:ListBucket", bucketArn(bucket), { "s3:prefix": prefix }],
        ["s3:GetObject", `${bucketArn(bucket)}/${prefix}any.csv`],
      ];
    }),
  ];
}

/** What writing or reading a query's result takes. */
export function resultCalls(
  { results }: Workgroup,
  queryId: string,
  action: "s3:PutObject" | "s3:GetObject",
): NeededCall[] {
  const { bucket, prefix } = parseLocation(results);
  return [
    ["s3:GetBucketLocation", bucketArn(bucket)],
    [action, `${bucketArn(bucket)}/${prefix}${queryId}`],
  ];
}
