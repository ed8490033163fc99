import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openAthena } from "../../../emulator/athena";
import { trinoFunctions } from "../../../emulator/athena/trinoFunctions";
import { type Catalog, saveCatalog } from "../../../emulator/glue/catalog";
import { asText, trinoValues } from "../../support/emulator/athena/trinoValues";

const test = suite("emulator/athena/trinoFunctions");

test("each function gives Trino's value", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "playlake-functions-"));
  const catalog: Catalog = { databases: { lake: {} }, namedQueries: [] };
  saveCatalog(stateDir, catalog);
  const athena = await openAthena({ stateDir });
  const wrong: [sql: string, got: unknown][] = [];
  try {
    for (const [sql, wanted] of trinoValues) {
      const value = await athena.query(`select ${asText(sql)}`).then(
        ({ rows }) => rows[0]?.[0],
        (error: Error) => error.message,
      );
      if (value !== wanted) wrong.push([sql, value]);
    }
  } finally {
    athena.close();
    rmSync(stateDir, { recursive: true });
  }
  assert.equal(wrong, []);
});

test("each function has an expected value", () => {
  const names = trinoFunctions.map((statement) => /^create macro (\w+)\(/.exec(statement)?.[1] ?? statement);
  const missing = names.filter((name) => !trinoValues.some(([sql]) => sql.includes(`${name}(`)));
  assert.equal(missing, []);
  const page = readFileSync(join(__dirname, "../../../docs/local-sql.md"), "utf8");
  assert.equal(
    names.filter((name) => !page.includes(`\`${name}\``)),
    [],
    "docs/local-sql.md lists them",
  );
  assert.ok(names.length >= 30, `${names.length} functions`);
});

test.run();
