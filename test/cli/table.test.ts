import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { render } from "../../cli/table";
import type { Answer } from "../../lake";

const test = suite("cli/table");

const answer: Answer = {
  columns: [
    { name: "name", type: "varchar" },
    { name: "total_items", type: "bigint" },
    { name: "description", type: "varchar" },
  ],
  rows: [
    ["Mixtape für den Weg", 1234567n, "one line more, and a very long remark on top of it"],
    ["ロック名曲集 夜の部", 2n, null],
  ],
};

test("a file or a pipe gets full-width columns, up to 48", async () => {
  assert.is(
    await render(answer, "table"),
    `name                 total_items  description
───────────────────  ───────────  ────────────────────────────────────────────────
Mixtape für den Weg      1234567  one line more, and a very long remark on top of…
ロック名曲集 夜の部            2
`,
  );
});

test("on a narrow terminal the widest columns are cut, but never numbers", async () => {
  assert.is(
    await render(answer, "table", 40),
    `name          total_items  description
────────────  ───────────  ─────────────
Mixtape für…      1234567  one line mor…
ロック名曲…             2
`,
  );
  assert.is(await render(answer, "table", 200), await render(answer, "table"));
});

test("columns at the right are left out if the others could not be read with them", async () => {
  const key = { name: "playlist_id", type: "varchar" };
  const wide = { columns: [...answer.columns, key], rows: answer.rows.map((row) => [...row, "x".repeat(22)]) };
  assert.is(
    await render(wide, "table", 46),
    `name             total_items  description
───────────────  ───────────  ────────────────
Mixtape für de…      1234567  one line more, …
ロック名曲集 …             2
(not shown at this width: playlist_id)
`,
  );
});

test("a terminal too narrow for columns gets one block per row", async () => {
  assert.is(
    await render(answer, "table", 22),
    `── 1 ────
name         Mixtape …
total_items  1234567
description  one line…
── 2 ────
name         ロック名…
total_items  2
description
`,
  );
  assert.is(await render({ ...answer, rows: [] }, "table", 22), "name  total_items  description\n(no rows)\n");
});

test("CSV and JSON ignore the terminal's width", async () => {
  for (const format of ["csv", "json"] as const) {
    assert.is(await render(answer, format, 10), await render(answer, format));
  }
});

test("no line of a table is wider than the terminal", async () => {
  const { default: widthOf } = await import("string-width");
  const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 60 }), { minLength: 5, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.array(texts, { maxLength: 4 }), fc.integer({ min: 20, max: 120 }), async (rows, columns) => {
      const names = ["a", "another", "third_column", "d", "e_e"];
      const table = await render({ columns: names.map((name) => ({ name, type: "varchar" })), rows }, "table", columns);
      const widest = Math.max(...table.split("\n").map((line) => widthOf(line)));
      assert.ok(widest <= Math.max(columns, rows.length === 0 ? 40 : 0), `${widest} > ${columns}\n${table}`);
    }),
    { numRuns: 60 },
  );
});

test.run();
