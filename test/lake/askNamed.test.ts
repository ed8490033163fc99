import { suite } from "uvu";
import * as assert from "uvu/assert";
import { pickNamedQuery } from "../../lake/askNamed";

const test = suite("lake/askNamed");

const queries = [{ name: "stack-in-it", sql: "select 1" }];

test("a named query is found with or without the stack's prefix", () => {
  for (const name of ["stack-in-it", "in-it"]) assert.is(pickNamedQuery(queries, name), "select 1");
});

test("an ending that several names share is refused", () => {
  const several = ["changes-by-day", "size-by-day"].map((name) => ({ name, sql: name }));
  assert.throws(
    () => pickNamedQuery(several, "day"),
    (error: Error) => error.message === 'there is no named query "day"; there are changes-by-day, size-by-day',
  );
});

test("an unknown name is refused with the nearest, or with all names", () => {
  const messages: [name: string, message: string][] = [
    ["nope", 'there is no named query "nope"; there are stack-in-it'],
    ["stack-in-jt", 'there is no named query "stack-in-jt"; the nearest is stack-in-it'],
  ];
  for (const [name, message] of messages) {
    assert.throws(
      () => pickNamedQuery(queries, name),
      (error: Error) => error.message === message,
    );
  }
});

test.run();
