import { AwsError, type Call, type Operations, pageOf } from "../awsJson";
import { localAccount, localPartition, localRegion } from "../awsOutputs";
import type { CrawlResult, Glue } from "../glue";
import { partitionKey, saveCatalog } from "../glue/catalog";
import type { Iam } from "../iam";

const arnOf = (resource: string) => `arn:${localPartition}:glue:${localRegion}:${localAccount}:${resource}`;

interface UpdatePartitions {
  DatabaseName: string;
  TableName: string;
  Entries: {
    PartitionValueList: string[];
    PartitionInput: { StorageDescriptor: { Columns: { Name: string; Type: string }[]; Location: string } };
  }[];
}

function columnsOf(columns: readonly { name: string; type: string }[] = []) {
  return columns.map(({ name, type }) => ({ Name: name, Type: type }));
}

/** Glue's operations over the local catalog and crawlers. */
export function glueFront(glue: Glue, iam: Iam, stateDir: string): Operations {
  let running: Promise<CrawlResult> | undefined;
  let lastCrawl: { Status: string; ErrorMessage?: string; StartTime: number } | undefined;
  let crawls = 0;

  return {
    ...glue.operations,
    StartCrawler: async ({ principal, input: { Name } }: Call<{ Name: string }>) => {
      if (running !== undefined) {
        iam.authorize(principal, "glue:StartCrawler", arnOf(`crawler/${Name}`));
        throw new AwsError("CrawlerRunningException", `Crawler with name ${Name} has already started`);
      }
      running = glue.startCrawler(Name, principal);
      // A refusal is the answer to this call; how the crawl ends is told by GetCrawler.
      await Promise.race([running, new Promise(setImmediate)]).catch((error) => {
        running = undefined;
        throw error;
      });
      return {};
    },
    GetCrawler: async ({ principal, input: { Name } }: Call<{ Name: string }>) => {
      iam.authorize(principal, "glue:GetCrawler", arnOf(`crawler/${Name}`));
      const State = running === undefined ? "READY" : "RUNNING";
      if (running !== undefined) {
        const { status, error } = await running;
        running = undefined;
        crawls += 1;
        lastCrawl = { Status: status, StartTime: crawls, ...(error === undefined ? {} : { ErrorMessage: error }) };
      }
      return { Crawler: { Name, State, LastCrawl: lastCrawl } };
    },
    GetTables: async ({ principal, input }: Call<{ DatabaseName: string; NextToken?: string }>) => {
      iam.authorize(principal, "glue:GetTables", arnOf(`database/${input.DatabaseName}`));
      const { items, nextToken } = pageOf(
        Object.values(glue.catalog.databases[input.DatabaseName] ?? {}),
        input.NextToken,
        5,
      );
      const TableList = items.map(({ name, tableType, columns }) => ({
        Name: name,
        TableType: tableType,
        StorageDescriptor: { Columns: columnsOf(columns) },
      }));
      return { TableList, NextToken: nextToken };
    },
    GetPartitions: async ({
      principal,
      input,
    }: Call<{ DatabaseName: string; TableName: string; NextToken?: string }>) => {
      const { DatabaseName, TableName, NextToken } = input;
      iam.authorize(principal, "glue:GetPartitions", arnOf(`table/${DatabaseName}/${TableName}`));
      const table = glue.catalog.databases[DatabaseName]?.[TableName];
      const { items, nextToken } = pageOf(Object.values(table?.partitions ?? {}), NextToken, 2);
      const Partitions = items.map(({ values, location, columns }) => ({
        Values: values,
        StorageDescriptor: { Columns: columnsOf(columns ?? table?.columns), Location: location },
      }));
      return { Partitions, NextToken: nextToken };
    },
    GetTable: async ({ principal, input: { DatabaseName, Name } }: Call<{ DatabaseName: string; Name: string }>) => {
      iam.authorize(principal, "glue:GetTable", arnOf(`table/${DatabaseName}/${Name}`));
      const table = glue.catalog.databases[DatabaseName]?.[Name];
      if (table === undefined) throw new AwsError("EntityNotFoundException", `Table ${Name} not found.`);
      const StorageDescriptor = { Columns: columnsOf(table.columns), Location: table.location };
      return { Table: { Name, StorageDescriptor } };
    },
    BatchUpdatePartition: async ({ principal, input }: Call<UpdatePartitions>) => {
      iam.authorize(principal, "glue:BatchUpdatePartition", arnOf(`table/${input.DatabaseName}/${input.TableName}`));
      if (input.Entries.length > 100) throw new AwsError("ValidationException", "more than 100 entries");
      const partitions = glue.catalog.databases[input.DatabaseName]?.[input.TableName]?.partitions ?? {};
      for (const { PartitionValueList, PartitionInput } of input.Entries) {
        const partition = partitions[partitionKey(PartitionValueList)];
        if (partition === undefined) throw new AwsError("EntityNotFoundException", "Partition not found.");
        const { Columns, Location } = PartitionInput.StorageDescriptor;
        partition.columns = Columns.map(({ Name, Type }) => ({ name: Name, type: Type }));
        partition.location = Location;
      }
      saveCatalog(stateDir, glue.catalog);
      return {};
    },
  };
}
