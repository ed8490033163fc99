import { suite } from "uvu";
import { checkStack } from "../support/golden/check";
import { stackFiles } from "../support/golden/stacks";

const test = suite("golden/stacks");

for (const name of Object.keys(stackFiles)) {
  test(`${name} states what the program registers`, () => checkStack(name));
}

test.run();
