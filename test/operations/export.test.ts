import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
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

test("an export that replaces a link writes its target", async () => {
  const [target, link] = [path.join(realpathSync(folder), "target.csv"), path.join(folder, "tracks.csv")];
  writeFileSync(target, "");
  symlinkSync(target, link);
  let written: ReadonlyMap<string, string> = new Map();
  const exportTo: LakeSql["exportTo"] = async (_format, files) => {
    written = files;
  };

  const request = { format: "csv", out: folder, names: ["tracks"], replaces: true } as const;
  const files = await exportTables({ exportTo } as LakeSql, request, silent);

  assert.equal([...written], [["tracks", target]]);
  assert.equal([...files], [["tracks", link]]);
});

test.run();
