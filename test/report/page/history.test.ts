import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Item, openHistory, versionOf } from "../../../report/page/history";
import { linesOf, logOf, searchable } from "../../../report/page/view";

const test = suite("report/page/history");

/** The history of a list from its daily states. Equal neighbours share a version, as in the lake's answer. */
function historyOf(states: readonly (readonly number[])[]) {
  const versions = states.flatMap((state, day) => {
    const before = states[day - 1];
    if (before !== undefined && before.join() === state.join()) return [];
    return [versionOf(day, before ?? [], state)];
  });
  const days = states.map((_, day) => `2026-11-${String(day + 1).padStart(2, "0")}`);
  return openHistory({ id: "a", name: "A", days, versions });
}

const items: Item[] = [
  ["One", "Ann", "First", "track", "0000000000000000000001"],
  ["Two", "Bo", "Second", "track", ""],
  ["Three", "Cy", "", "episode", ""],
  ["", "", "", "unavailable", ""],
];
const states = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 6 }), { minLength: 1, maxLength: 8 });

test("every day's list is restored", () => {
  fc.assert(
    fc.property(states, (lists) => {
      const history = historyOf(lists);

      assert.equal(
        lists.map((_, day) => history.listOn(day)),
        lists,
      );
    }),
  );
});

test("stays cover exactly the days on which an item was in the list", () => {
  fc.assert(
    fc.property(states, (lists) => {
      const history = historyOf(lists);

      for (const [day, list] of lists.entries()) {
        for (let item = 0; item < items.length; item += 1) {
          const covering = history.stays.filter((stay) => stay.item === item && stay.from <= day && day <= stay.to);
          assert.is(covering.length, list.includes(item) ? 1 : 0);
          assert.is(history.stayOn(item, day), covering[0]);
        }
      }
    }),
  );
});

test("a day's lines hold the list in order and the removed entries", () => {
  fc.assert(
    fc.property(states, (lists) => {
      const history = historyOf(lists);
      const [first, last] = [0, lists.length - 1];

      const lines = linesOf(history, items, last, first);

      const present = lines.filter(({ change }) => change !== "removed");
      assert.equal(
        present.map(({ item }) => items.indexOf(item)),
        lists[last],
      );
      const added = lines.filter(({ change }) => change === "added").length;
      const removed = lines.filter(({ change }) => change === "removed").length;
      assert.is(added - removed, lists[last]!.length - lists[first]!.length);
    }),
  );
});

test("an entry without an item is never shown as moved", () => {
  const lists = [
    [3, 0, 1],
    [0, 1, 3],
  ];
  const lines = linesOf(historyOf(lists), items, 1, 0);

  assert.equal(
    lines.map(({ change }) => change),
    ["kept", "kept", "kept"],
  );
});

test("removed entries are shown at their former place", () => {
  const history = historyOf([
    [0, 1, 2],
    [0, 2],
  ]);

  const lines = linesOf(history, items, 1, 0);

  assert.equal(
    lines.map(({ item, change, position, from, since }) => [item[0], change, position, from, since]),
    [
      ["One", "kept", 0, undefined, undefined],
      ["Two", "removed", undefined, 1, undefined],
      ["Three", "kept", 1, undefined, undefined],
    ],
  );
});

test("the log names each day with changes, newest first", () => {
  const history = historyOf([[0], [0], [0, 1], [1, 0]]);

  const log = logOf(history, items);

  assert.equal(
    log.map(({ day, lines }) => [day, lines.map(({ item, change }) => `${change} ${item[0]}`)]),
    [
      [3, ["moved Two"]],
      [2, ["added Two"]],
    ],
  );
});

test("a search ignores case and accents", () => {
  assert.is(searchable("Zoë ÅNGSTRÖM"), "zoe angstrom");
});

test.run();
