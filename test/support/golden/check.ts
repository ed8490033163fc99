import * as assert from "uvu/assert";
import { stackFiles } from "./stacks";
import { changedLines, goldenText } from "./write";

/** Compares what the program registers with a golden file. */
export async function checkStack(name: string): Promise<void> {
  const [before, after] = [goldenText(name), await stackFiles[name]!()];
  assert.equal(changedLines(before, after), [], `after a change that is meant: npm run golden ${name}`);
  assert.ok(after === before, `the order changed: npm run golden ${name}`);
}
