/** The files of other tools in examples/import, and names of what is in them. */
import { readFileSync } from "node:fs";
import path from "node:path";
import * as assert from "uvu/assert";
import { readSource } from "../../../operations/importing/readSource";
import type { TableName } from "../../../transforms/schema";
import { makeTransform, type PlaylistTables } from "../../../transforms/transform";
import { projectFolder } from "../commandLine";
import { rowsOf, streamOf } from "../transforms/transformed";

const transform = makeTransform();

/** What an import makes of a file. */
export interface ImportedTables {
  form: string;
  missing: readonly string[];
  tables: PlaylistTables[];
}

/** Reads a file's bytes as an import does, and transforms each of its playlists. */
export async function tablesOf(bytes: Buffer, fileName: string): Promise<ImportedTables> {
  const { form, missing, playlists } = await readSource(bytes, fileName);
  const tables: PlaylistTables[] = [];
  for (const { playlistId, lines, entries } of playlists) {
    const [one] = await transform(streamOf(lines), `${playlistId}.jsonl`, { isStored: true });
    assert.is(one!.entries, entries);
    tables.push(one!);
  }
  return { form, missing, tables };
}

/** The path of a file in examples/import. */
export const exampleFile = (name: string) => path.join(projectFolder, "examples/import", name);

/** The tables of a file in examples/import. */
export const read = (name: string) => tablesOf(readFileSync(exampleFile(name)), path.basename(name));

/** The rows of some tables. */
export function rows(tables: PlaylistTables, ...names: readonly TableName[]) {
  return Object.fromEntries(names.map((name) => [name, rowsOf(tables, name)]));
}

export const harbour = "0Harbour0Lights0000001";
export const quoted = "0Quoted0Song0000000002";
export const kettle = "spotify:local:Maren:Kitchen+Tapes:Kettle:93";
export const episode = "0Invented0Episode00003";
export const [madeUps, ada] = ["0The0Made0Ups000000001", "0Ada0Invented000000002"];
export const [lowTide, comma] = ["0Low0Tide0000000000001", "0Comma0Comma0000000002"];
export const rainy = "0Rainy0Mornings0000001";
export const artist = (id: string, name: string) => [id, id, name, `spotify:artist:${id}`];
