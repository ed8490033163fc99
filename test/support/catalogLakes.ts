import { cpSync, existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import path from "node:path";
import type { CatalogMode } from "../../components/arguments/rules";
import { bucketsFolder } from "../../emulator/files";
import { createGlue, type Glue } from "../../emulator/glue";
import { parseLocation } from "../../emulator/glue/catalog";
import { createIam } from "../../emulator/iam";
import { ofType, type Registered } from "../../emulator/resources";
import { createS3 } from "../../emulator/s3";
import { partitionColumn, type TableName, tables } from "../../transforms/schema";
import { stackWith } from "./components/testPrograms";
import { writeLake } from "./queries/history/lakeFolder";
import { olderColumns, writeAsOlderSchema } from "./queries/history/olderSchema";
import { replay, type StoredDay } from "./queries/history/replay";
import { simulate } from "./queries/history/simulate";

const seldom: StoredDay[][] = replay(simulate({ seed: 11, playlists: 3, days: 4, sizes: [4, 10] }));
const firstNewDay = "2025-11-03";

function withEntries(stored: StoredDay[][], isKept: (kind: string, playlist: number) => boolean): StoredDay[][] {
  return stored.map((days, playlist) =>
    days.map((day) => ({ ...day, entries: day.entries.filter(({ item }) => isKept(item.kind, playlist)) })),
  );
}

/** A small lake, and whether two successive schemas wrote it. */
export interface SmallLake {
  title: string;
  stored: StoredDay[][];
  hasGrown: boolean;
}

/** Lakes for which the three catalogs could differ. */
export const smallLakes: readonly SmallLake[] = [
  { title: "no episode ever, one playlist of three empty", hasGrown: false, stored: noEpisodes() },
  { title: "nothing but empty playlists", hasGrown: false, stored: withEntries(seldom, () => false) },
  { title: "a schema that has grown", hasGrown: true, stored: seldom },
];

function noEpisodes(): StoredDay[][] {
  return withEntries(seldom, (kind, playlist) => playlist > 0 && !/episode/i.test(kind));
}

/** Writes a lake into a folder, as `catalog` would find it in its bucket. */
export async function writeSmallLake({ stored, hasGrown }: SmallLake, folder: string): Promise<void> {
  await writeLake(stored, folder);
  const [lake = ""] = readdirSync(bucketsFolder(folder));
  if (hasGrown) writeAsOlderSchema(path.join(bucketsFolder(folder), lake), firstNewDay);
}

/**
 * A state folder with that lake, crawled if the catalog needs it. If the schema has grown, the program of the older
 * schema crawled the older days first.
 */
export async function crawlSmallLake(
  catalog: CatalogMode,
  { hasGrown }: SmallLake,
  written: string,
  stateDir: string,
): Promise<Glue> {
  cpSync(bucketsFolder(written), bucketsFolder(stateDir), { recursive: true, preserveTimestamps: true });
  const { resources } = await stackWith(catalog);
  if (hasGrown) {
    const putBack = hideNewerDays(stateDir);
    await crawlAll(resources.map(asOlderSchema), stateDir);
    putBack();
  }
  return crawlAll(resources, stateDir);
}

async function crawlAll(resources: Registered[], stateDir: string): Promise<Glue> {
  const iam = createIam(resources);
  const { objects } = createS3({ root: bucketsFolder(stateDir), resources, iam });
  const glue = createGlue({ resources, stateDir, iam, objects });
  await registerDays(glue, resources, stateDir);
  for (const name of glue.crawlers) {
    const { error, warnings } = await glue.startCrawler(name, { kind: "owner" });
    if (error !== undefined || warnings.length > 0) throw new Error([error, ...warnings].join("\n"));
  }
  return glue;
}

/** Registers the days of the declared tables, like the transformer after it has written their files. */
async function registerDays(glue: Glue, resources: readonly Registered[], stateDir: string): Promise<void> {
  for (const { inputs } of ofType(resources, "aws:glue/catalogTable:CatalogTable")) {
    const { location, columns, serDeInfo } = inputs.storageDescriptor ?? {};
    if (!inputs.partitionKeys || location === undefined) continue;
    const { bucket, prefix } = parseLocation(location);
    const folder = path.join(bucketsFolder(stateDir), bucket, prefix);
    const days = existsSync(folder) ? readdirSync(folder) : [];
    const input = {
      DatabaseName: inputs.databaseName,
      TableName: inputs.name,
      PartitionInputList: days.map((day) => ({
        Values: [day.slice(day.indexOf("=") + 1)],
        StorageDescriptor: {
          Location: `${location}${day}/`,
          Columns: columns?.map(({ name, type }) => ({ Name: name, Type: type })),
          SerdeInfo: { SerializationLibrary: serDeInfo?.serializationLibrary, Parameters: serDeInfo?.parameters },
        },
      })),
    };
    await glue.operations.BatchCreatePartition?.({ principal: { kind: "owner" }, input } as never);
  }
}

/** Removes the days of the newer schema. @returns a function that restores them */
function hideNewerDays(stateDir: string): () => void {
  const [lake = ""] = readdirSync(bucketsFolder(stateDir));
  const away = path.join(stateDir, "away");
  const moves = Object.keys(tables).flatMap((table) => {
    const folder = path.join(bucketsFolder(stateDir), lake, table);
    const days = existsSync(folder) ? readdirSync(folder) : [];
    const newer = days.filter((day) => day >= `${partitionColumn}=${firstNewDay}`);
    return newer.map((day) => [path.join(folder, day), path.join(away, table, day)] as const);
  });
  for (const [from, to] of moves) {
    mkdirSync(path.dirname(to), { recursive: true });
    renameSync(from, to);
  }
  return () => {
    for (const [from, to] of moves) renameSync(to, from);
  };
}

/** A table as a program of the older schema declares it; any other resource unchanged. */
function asOlderSchema(resource: Registered): Registered {
  if (!/:CatalogTable$/.test(resource.type)) return resource;
  const inputs = structuredClone(resource.inputs);
  const { storageDescriptor } = inputs as { storageDescriptor?: { columns: { name: string }[] } };
  const isTable = String(inputs.name).startsWith("csv_") && storageDescriptor !== undefined;
  if (isTable) {
    const names = older(storageDescriptor.columns.map(({ name }) => name));
    storageDescriptor.columns = storageDescriptor.columns.filter(({ name }) => names.includes(name));
  }
  return { ...resource, inputs };
}

function older(columns: readonly string[]): readonly string[] {
  const table = (Object.keys(tables) as TableName[]).find((name) => tables[name].join() === columns.join());
  if (table === undefined) throw new Error(`no table has the columns ${columns.join(", ")}`);
  return olderColumns(table);
}
