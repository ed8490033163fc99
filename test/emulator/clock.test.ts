import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createClock } from "../../emulator/clock";

const test = suite("emulator/clock");

test("shows the machine's time before it is set and after it is reset", () => {
  const clock = createClock();
  const before = Date.now();
  assert.ok(clock.now().getTime() >= before && clock.now().getTime() <= Date.now());
  assert.is(clock.fixedMs, undefined);
  clock.set(new Date("2026-11-01T06:00:00Z"));
  clock.now().setFullYear(1999);
  assert.is(clock.now().toISOString(), "2026-11-01T06:00:00.000Z");
  assert.is(clock.fixedMs, Date.parse("2026-11-01T06:00:00Z"));
  clock.set(undefined);
  assert.is(clock.fixedMs, undefined);
  assert.ok(clock.now().getTime() >= before);
});

test("refuses an invalid date", () => {
  assert.throws(() => createClock().set(new Date("soon")), "clock: not a valid date");
});

test.run();
