import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inReadingOrder } from "../../queries/readingOrder";

const test = suite("queries/readingOrder");

const view = (name: string, ...reads: string[]) => ({ name, reads, description: name, columns: [], sql: "select 1" });
const order = (...views: ReturnType<typeof view>[]) => inReadingOrder([view("tracks")], views).map(({ name }) => name);

test("a view comes after the views it reads, otherwise in the given order", () => {
  assert.equal(order(view("a", "b", "c"), view("b", "tracks"), view("c", "b"), view("d", "tracks")), [
    "b",
    "c",
    "a",
    "d",
  ]);
  assert.equal(order(), []);
});

test("a view that is missing or read in a circle is named", () => {
  const start = "queries/views: a view is missing, or views read each other: ";
  assert.throws(
    () => order(view("a", "nope", "tracks")),
    (error: Error) => error.message === `${start}a reads nope`,
  );
  assert.throws(
    () => order(view("a", "b"), view("b", "a"), view("c", "tracks")),
    (error: Error) => error.message === `${start}a reads b; b reads a`,
  );
});

test.run();
