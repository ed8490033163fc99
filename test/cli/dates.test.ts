import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { dayInWords } from "../../cli/dates";

const test = suite("cli/dates");

const cases: [words: string, today: string, day: string][] = [
  ["2026-11-01", "2026-11-27", "2026-11-01"],
  [" 2026-11-01 ", "2026-11-27", "2026-11-01"],
  ["today", "2026-11-27", "2026-11-27"],
  ["Yesterday", "2026-03-01", "2026-02-28"],
  ["yesterday", "2024-03-01", "2024-02-29"],
  ["3 months ago", "2026-11-27", "2026-08-27"],
  ["3  Months  ago", "2026-05-31", "2026-02-28"],
  ["11 months ago", "2026-01-31", "2025-02-28"],
  ["1 day ago", "2026-01-01", "2025-12-31"],
  ["a week ago", "2026-11-27", "2026-11-20"],
  ["2 weeks ago", "2026-11-27", "2026-11-13"],
  ["one year ago", "2024-02-29", "2023-02-28"],
  ["0 days ago", "2026-11-27", "2026-11-27"],
  ["last week", "2026-11-27", "2026-11-20"],
  ["last month", "2026-03-31", "2026-02-28"],
  ["last year", "2026-11-27", "2025-11-27"],
  // 2026-11-27 is a Friday.
  ["last monday", "2026-11-27", "2026-11-23"],
  ["thursday", "2026-11-27", "2026-11-26"],
  ["last friday", "2026-11-27", "2026-11-20"],
  ["last saturday", "2026-11-27", "2026-11-21"],
];

for (const [words, today, day] of cases) {
  test(`${words}, on ${today}`, () => assert.is(dayInWords("--on", words, today), day));
}

const wrong = [
  "",
  "2026-02-30",
  "26-11-01",
  "3 months",
  "last 3 months",
  "last week ago",
  "month ago",
  "soon",
  "next monday",
];

test("other words are refused with examples", () => {
  for (const words of wrong) {
    const isDate = /^\d{4}-\d\d-\d\d$/.test(words);
    const expected = isDate ? "a day such as 2026-11-22" : 'a day such as 2026-11-22, yesterday or "3 months ago"';
    assert.throws(
      () => dayInWords("--on", words, "2026-11-27"),
      (error: Error) => error.message === `--on: got "${words}", expected ${expected}`,
    );
  }
});

test("a later count is an earlier day", () => {
  const unit = fc.constantFrom("day", "week", "month", "year");
  const today = fc.date({ min: new Date("1990-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(unit, today, fc.nat(200), (one, date, count) => {
      const iso = date.toISOString().slice(0, 10);
      const at = (n: number) => dayInWords("--on", `${n} ${one}s ago`, iso);
      assert.ok(at(count + 1) < at(count));
      assert.is(at(0), iso);
    }),
  );
});

test.run();
