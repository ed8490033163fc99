// The contents of both catalogs of one lake. test/pipeline/catalogs.full.ts compares query results.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { foldersOf } from "../../../emulator/athena/lakeFiles";
import { bucketsFolder } from "../../../emulator/files";
import type { Table } from "../../../emulator/glue/catalog";
import { tableNames } from "../../../transforms/schema";
import { crawlSmallLake, smallLakes, writeSmallLake } from "../../support/catalogLakes";
import { temporaryFolder } from "../../support/commandLine";

const test = suite("emulator/glue/catalogs");

let home: ReturnType<typeof temporaryFolder>;
test.before(() => {
  home = temporaryFolder();
});
test.after(() => home.remove());

/** Everything that decides how a table is read, in one form for declared and crawled tables. */
function meaning(table: Table, stateDir: string) {
  const { name, tableType, columns, partitionKeys, serde, parameters, viewOriginalText } = table;
  if (tableType === "VIRTUAL_VIEW") return { name, viewOriginalText };
  const root = bucketsFolder(stateDir);
  const files = [...foldersOf(table, root)].flatMap(({ path: folder, names, values, reading }) =>
    names.map((name) => ({
      file: folder + name,
      values,
      columnCount: reading.columnCount,
      serde: reading.serde?.library,
    })),
  );
  return {
    ...{ name, columns, partitionKeys, library: serde?.library, skipped: parameters["skip.header.line.count"] },
    // The serde's default is the backslash.
    settings: { escapeChar: "\\", ...serde?.parameters },
    files: files.sort((one, other) => (one.file < other.file ? -1 : 1)),
  };
}

for (const [i, lake] of smallLakes.entries()) {
  test(lake.title, async () => {
    const written = path.join(home.folder, `written-${i}`);
    await writeSmallLake(lake, written);
    const found = new Map<string, ReturnType<typeof meaning>[]>();
    const partitions = new Map<string, unknown>();
    for (const catalog of ["declared", "inferred"] as const) {
      const stateDir = path.join(home.folder, `${catalog}-${i}`);
      mkdirSync(stateDir, { recursive: true });
      const glue = await crawlSmallLake(catalog, lake, written, stateDir);
      const [tables = {}] = Object.values(glue.catalog.databases);
      const sorted = Object.values(tables).sort((one, other) => (one.name < other.name ? -1 : 1));
      found.set(
        catalog,
        sorted.map((table) => meaning(table, stateDir)),
      );
      const csv = sorted.filter(({ tableType }) => tableType !== "VIRTUAL_VIEW");
      assert.equal(
        csv.map(({ name }) => name),
        tableNames.map((name) => `csv_${name}`).sort(),
      );
      partitions.set(
        catalog,
        csv.map((table) => table.partitions),
      );
    }
    const declared = found.get("declared") ?? [];
    const files = declared.flatMap((table) => ("files" in table ? table.files : []));
    assert.is(files.length, tableNames.length * lake.stored.flat().length);
    assert.equal(found.get("inferred"), declared);
    assert.equal(partitions.get("inferred"), partitions.get("declared"));
  });
}

test.run();
