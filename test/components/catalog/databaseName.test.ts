import { suite } from "uvu";
import * as assert from "uvu/assert";
import { databaseNameOf } from "../../../components/catalog/databaseName";

const test = suite("components/catalog/databaseName");

test("a stack name that Athena does not accept is changed and gets a suffix", () => {
  const cases: [component: string, stack: string, name: string][] = [
    ["playlake", "dev", "playlake_dev"],
    ["my-list", "prod_2", "my_list_prod_2"],
  ];
  for (const [component, stack, name] of cases) assert.is(databaseNameOf(component, stack), name);
  const changed = ["a-b", "a.b", "A_B", "a_b"].map((stack) => databaseNameOf("playlake", stack));
  assert.is(new Set(changed).size, 4, changed.join(" "));
  for (const name of changed) assert.match(name, /^playlake_a_b(_[0-9a-f]{6})?$/);
});

test.run();
