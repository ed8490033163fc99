import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addStackTests, typesWithoutRule } from "../support/validity/check";
import type { Place } from "../support/validity/rule";
import { rules } from "../support/validity/rules";
import { plainStacks } from "../support/validity/stacks";

const test = suite("components/validity");

const home: Place = { partition: "aws", region: "us-east-1" };

test("each rule can fail", () => {
  for (const rule of rules) {
    assert.ok(rule.bad.length > 0, rule.what);
    for (const { name = "a", inputs } of rule.bad) {
      const subject = { type: rule.type, name, inputs, place: home };
      assert.ok(rule.faults(subject).length > 0, `${rule.type} ${rule.what}: ${JSON.stringify(inputs).slice(0, 200)}`);
    }
  }
});

addStackTests(test, plainStacks);

test("every registered type has a rule", async () => {
  assert.equal(await typesWithoutRule(plainStacks), ["BucketPublicAccessBlock"]);
});

test.run();
