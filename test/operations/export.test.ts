import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { LakeSql } from "../../lake";
import { exportTables } from "../../operations/export";
import { temporaryFolder } from "../support/commandLine";
import { silent } from "../support/progress";

const test = suite("operations/export");
const { folder, remove } = temporaryFolder();
test.after(remove);

test("a killed export's file is removed by the next export of another name", async () => {
  const machine = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  writeFileSync(path.join(folder, `.playlake-export-${machine}-${pid}-tracks.csv`), "half");
  writeFileSync(path.join(folder, "notes.txt"), "");
  const lake = { exportTo: async () => writeFileSync(path.join(folder, "albums.csv"), "") } as unknown as LakeSql;

  await exportTables(lake, { format: "csv", out: folder, names: ["albums"], replaces: false }, silent);

  assert.equal(readdirSync(folder).sort(), ["albums.csv", "notes.txt"]);
});

test.run();
