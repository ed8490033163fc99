import { suite } from "uvu";
import * as assert from "uvu/assert";
import { datesBetween, daysBetween, localDate } from "../../spotify/days";

const test = suite("spotify/days");

const dates: [instant: string, timezone: string, date: string][] = [
  ["2026-11-22T23:59:59Z", "UTC", "2026-11-22"],
  ["2026-11-22T23:30:00Z", "Europe/Berlin", "2026-11-23"],
  ["2026-11-22T02:00:00Z", "America/Los_Angeles", "2026-11-21"],
  ["2026-12-31T11:00:00Z", "Pacific/Auckland", "2027-01-01"],
  ["2026-03-29T00:59:59Z", "Europe/Berlin", "2026-03-29"],
];
for (const [instant, timezone, date] of dates) {
  test(`${instant} in ${timezone}`, () => assert.is(localDate(Date.parse(instant), timezone), date));
}

test("counts days over a change of clocks, a leap day and backwards", () => {
  assert.is(daysBetween("2026-10-24", "2026-10-26"), 2);
  assert.is(daysBetween("2028-02-28", "2028-03-01"), 2);
  assert.is(daysBetween("2026-11-02", "2026-11-01"), -1);
  assert.equal(datesBetween("2028-02-27", "2028-03-01"), ["2028-02-28", "2028-02-29"]);
  assert.equal(datesBetween("2026-11-01", "2026-11-02"), []);
});

test.run();
