import { suite } from "uvu";
import * as assert from "uvu/assert";
import { replaceFile } from "../../../lake";
import { restoreFile, restoreFilesOf, restoreFolder } from "../../../operations/restore/record";
import { temporaryFolder } from "../../support/commandLine";

const test = suite("operations/restore/record");

test("the files about a playlist are found, and no others", () => {
  const { folder: memoryFolder, remove } = temporaryFolder();
  try {
    const memory = { memoryFolder };
    assert.equal(restoreFilesOf(memory, "list"), []);
    const own = [restoreFile(memory, "list", "2026-11-01.new.json"), restoreFile(memory, "list", "before-1.jsonl.gz")];
    for (const file of [...own, restoreFile(memory, "list2", "2026-11-01.new.json")]) replaceFile(file, "");

    assert.equal(restoreFilesOf(memory, "list").sort(), own);
    assert.ok(own.every((file) => file.startsWith(restoreFolder(memory))));
  } finally {
    remove();
  }
});

test.run();
