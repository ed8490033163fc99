// Several processes query and update one copy at once, and some of them are killed.
import { utimesSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { dropCopy, openAthena } from "../../../emulator/athena";
import { playlake, startPlaylake, temporaryFolder } from "../../support/commandLine";
import { filesOf } from "../../support/lakes";
import { writeLake } from "../../support/queries/history/lakeFolder";
import { replay } from "../../support/queries/history/replay";
import { simulate } from "../../support/queries/history/simulate";
import { randomFrom } from "../../support/random";

const test = suite("emulator/athena/copyProcesses");

let home: ReturnType<typeof temporaryFolder>;
const sql = "select count(*) as days, count(distinct playlist_id) as playlists from playlists";
const words = () => ["sql", sql, "--format", "csv", "--state", home.folder];
const stored = replay(simulate({ seed: 3, playlists: 4, days: 30, sizes: [8, 30] }));
const wanted = `days,playlists\n${stored.flat().length},${stored.length}\n`;

test.before(async () => {
  home = temporaryFolder();
  await writeLake(stored, home.folder);
});
test.after(() => home.remove());

test("processes without a copy, or with a damaged one, all answer correctly", async () => {
  for (let round = 0; round < 3; round++) {
    dropCopy(home.folder);
    const answers = await Promise.all(Array.from({ length: 4 }, () => playlake(words())));
    assert.equal(
      answers,
      answers.map(() => ({ exitCode: 0, stdout: wanted, stderr: "" })),
    );
  }
});

test("a process killed during an update leaves a copy that answers correctly", async () => {
  const files = Object.keys(filesOf(path.join(home.folder, "buckets"))).map((name) =>
    path.join(home.folder, "buckets", name),
  );
  const random = randomFrom(7);
  for (let round = 0; round < 12; round++) {
    if (round % 3 === 0) dropCopy(home.folder);
    // A touched file is out of date.
    for (const file of files) utimesSync(file, new Date(), new Date());
    const child = startPlaylake(words());
    child.stdin.end();
    const closed = new Promise((resolve) => child.on("close", resolve));
    await sleep(100 + random() * 500);
    child.kill("SIGKILL");
    await closed;
    const athena = await openAthena({ stateDir: home.folder });
    const { rows } = await athena.query(sql);
    athena.close();
    assert.equal(rows, [[BigInt(stored.flat().length), BigInt(stored.length)]], `round ${round}`);
  }
});

test.run();
