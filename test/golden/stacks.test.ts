// The resources of each kind of stack are as reviewed. After an intended change: npm run golden.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { stackFiles } from "../support/golden/stacks";
import { changedLines, goldenText } from "../support/golden/write";

const test = suite("golden/stacks");

for (const [name, text] of Object.entries(stackFiles)) {
  test(`${name} states what the program registers`, async () => {
    const [before, after] = [goldenText(name), await text()];
    assert.equal(changedLines(before, after), [], `after a change that is meant: npm run golden ${name}`);
    assert.ok(after === before, `the order changed: npm run golden ${name}`);
  });
}

test.run();
