// The resources of each kind of stack are as reviewed. After an intended change: npm run golden.
import { suite } from "uvu";
import { checkStack } from "../support/golden/check";

const test = suite("golden/stacks");

// stacks.full.ts checks the others.
for (const name of ["default.txt", "everything.txt"]) {
  test(`${name} states what the program registers`, () => checkStack(name));
}

test.run();
