// The optional compact copy, as far as `playlake forget` reads and changes it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { literal } from "../emulator/athena/tables";
import { bucketsFolder, entriesOf } from "../emulator/files";
import { compactTable } from "../queries/compact";
import { safeId } from "../transforms/keys";

/** The copy's rows, which are read and removed by SQL. */
export type CompactRows = ReturnType<typeof compactRows> & {
  /** One line about where removed rows remain; undefined if they are gone. */
  readonly remnant?: string;
};

/**
 * The copy's rows by playlist: its id, or the name of its file.
 * @param query runs a SELECT
 * @param write runs a DELETE and waits for its end
 */
export function compactRows(
  query: (sql: string) => Promise<{ readonly rows: readonly (readonly unknown[])[] }>,
  write: (sql: string) => Promise<unknown>,
) {
  const rowsOf = (playlistId: string) => `from ${compactTable} where playlist_id = ${literal(safeId(playlistId))}`;
  return {
    count: async (playlistId: string) => Number((await query(`select count(*) ${rowsOf(playlistId)}`)).rows[0]?.[0]),
    remove: async (playlistId: string) => void (await write(`delete ${rowsOf(playlistId)}`)),
  };
}

/** Whether a state folder holds files of a compact copy, whether its program declares it or not. */
export function holdsCompactCopy(stateDir: string): boolean {
  const buckets = bucketsFolder(stateDir);
  return entriesOf(buckets).some(({ name }) => existsSync(join(buckets, name, compactTable)));
}
