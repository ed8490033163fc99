// Athena's StartQueryExecution as schedules call it: a MERGE into an Iceberg table.
import { randomUUID } from "node:crypto";
import { AwsError } from "../awsJson";
import type { Catalog, Table } from "../glue/catalog";
import { glueArn } from "../glue/crawlContext";
import type { Iam, Principal } from "../iam";
import type { Registered } from "../resources";
import { bucketArn, type Call, readBy, readCalls, readWorkgroups, resultCalls } from "./access";
import { icebergObject } from "./iceberg";
import { mergeIn } from "./index";
import { isIceberg } from "./tables";

/** A query that has ended. */
export interface QueryExecution {
  id: string;
  workgroup: string;
  /** Why it failed, one line. */
  error?: string;
}

/** The queries that schedules start. */
interface QueryExecutions {
  /**
   * Runs `athena:StartQueryExecution` and the query to its end. A failed query is a result with an `error`: in AWS, the call
   * has been answered long before.
   * @returns undefined if an earlier call had the same token, so that no new query is started
   * @throws AccessDenied if `principal` may not start it; ValidationException
   */
  start(input: unknown, principal: Principal): Promise<QueryExecution | undefined>;
}

interface StartInput {
  QueryString?: string;
  WorkGroup?: string;
  ClientRequestToken?: string;
  QueryExecutionContext?: { Database?: string };
}

/** The program's workgroups, and the catalog in which their queries' names resolve. */
export function createQueryExecutions(options: {
  resources: readonly Registered[];
  stateDir: string;
  iam: Iam;
  catalog: Catalog;
}): QueryExecutions {
  const { resources, stateDir, iam, catalog } = options;
  const workgroups = readWorkgroups(resources);
  const tokens = new Set<string>();
  return {
    start: async (input, principal) => {
      const { QueryString: sql = "", WorkGroup, ClientRequestToken: token = "", ...more } = input as StartInput;
      const workgroup = workgroups.get(WorkGroup ?? "");
      if (workgroup === undefined) throw new AwsError("ValidationException", `WorkGroup ${WorkGroup} is not found.`);
      iam.authorize(principal, "athena:StartQueryExecution", workgroup.arn);
      if (token.length < 32 || token.length > 128) {
        throw new AwsError("ValidationException", "ClientRequestToken: 32 to 128 characters");
      }
      if (tokens.has(token)) return undefined;
      tokens.add(token);
      const ended = { id: randomUUID(), workgroup: workgroup.name };
      try {
        const database = more.QueryExecutionContext?.Database ?? "";
        const tables = catalog.databases[database] ?? {};
        const target = targetOf(sql, tables);
        const calls = [
          ...readCalls(database, readBy(sql, tables)),
          ...writeCalls(database, target),
          ...resultCalls(workgroup, ended.id, "s3:PutObject"),
        ];
        for (const call of calls) iam.authorize(principal, ...call);
        await mergeIn({ stateDir, database }, target, sql);
        return ended;
      } catch (error) {
        return { ...ended, error: (error as Error).message.split("\n")[0] ?? "" };
      }
    },
  };
}

function targetOf(sql: string, tables: Readonly<Record<string, Table>>): Table {
  const [, name = ""] = /^merge into ([a-z0-9_]+)\b/i.exec(sql) ?? [];
  const table = tables[name.toLowerCase()];
  if (name === "") throw new Error("of the statements of schedules, the local run models only MERGE");
  if (table === undefined) throw new Error(`TABLE_NOT_FOUND: Table ${name} does not exist`);
  if (!isIceberg(table)) throw new Error(`NOT_SUPPORTED: Modifying Hive table rows is not supported: ${name}`);
  return table;
}

/** What writing a table takes. */
function writeCalls(database: string, table: Table): Call[] {
  const { bucket, key } = icebergObject(table);
  return [
    ["glue:UpdateTable", glueArn(`table/${database}/${table.name}`)],
    ["s3:GetObject", `${bucketArn(bucket)}/${key}`],
    ["s3:PutObject", `${bucketArn(bucket)}/${key}`],
  ];
}
