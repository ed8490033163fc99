import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readConsent } from "../../spotify/consent";
import { datesBetween, daysBetween, localDate } from "../../spotify/days";
import { codedError, errorCode, errorReason } from "../../spotify/errors";
import { isLimited, readRateLimit } from "../../spotify/rateLimit";
import { arrayElements, memberText, objectMembers } from "../../transforms/jsonText";

const test = suite("spotify, pure parts");
const now = Date.parse("2026-11-22T06:00:00Z");
const quotaBody = { error: { status: 429, message: "API limit", reason: "QUOTA_EXCEEDED" } };

const limits: [header: string | null, body: unknown, isQuota: boolean, waitMs: number][] = [
  ["3", undefined, false, 3000],
  [" 1.25 ", {}, false, 1250],
  ["0", null, false, 0],
  [null, undefined, false, 2000],
  ["", "text", false, 2000],
  ["soon", [], false, 2000],
  ["-5", {}, false, 2000],
  ["NaN", {}, false, 2000],
  ["Infinity", {}, false, 2000],
  ["1e3", {}, false, 2000],
  ["Sun, 22 Nov 2026 06:00:10 GMT", {}, false, 10_000],
  ["Sun, 22 Nov 2026 05:00:00 GMT", {}, false, 2000],
  ["99999999999999999999", {}, false, 48 * 3_600_000],
  ["48925", quotaBody, true, 48_925_000],
  [null, quotaBody, true, 3_600_000],
  ["2", quotaBody, true, 2000],
  ["86400", { error: { message: "Quota exceeded for this app" } }, true, 86_400_000],
];
for (const [header, body, isQuota, waitMs] of limits) {
  test(`429 with Retry-After ${JSON.stringify(header)}, ${isQuota ? "quota" : "burst"}`, () => {
    assert.equal(readRateLimit(header, body, now), { isQuota, waitMs });
  });
}

const storedLimits: [until: string, holds: boolean][] = [
  ["2026-11-22T06:00:00.001Z", true],
  ["2026-11-24T06:00:00.000Z", true],
  ["2026-11-22T06:00:00.000Z", false],
  ["2026-11-24T06:00:00.001Z", false],
  ["2031-01-01T00:00:00.000Z", false],
  ["soon", false],
];
for (const [until, holds] of storedLimits) {
  test(`a stored limit until ${until} ${holds ? "holds" : "is ignored"}`, () => {
    assert.is(isLimited({ until, isQuota: true }, now), holds);
  });
}

const consents: [consentedAt: string | undefined, expected: ReturnType<typeof readConsent>][] = [
  [undefined, undefined],
  ["when?", undefined],
  ["2026-11-21T06:00:00.000Z", consent("2026-11-21T06:00:00.000Z", "2027-05-21T06:00:00.000Z", 180, false)],
  ["2026-06-22T06:00:00.001Z", consent("2026-06-22T06:00:00.001Z", "2026-12-22T06:00:00.001Z", 30, false)],
  ["2026-06-22T06:00:00.000Z", consent("2026-06-22T06:00:00.000Z", "2026-12-22T06:00:00.000Z", 30, true)],
  ["2026-08-31T00:00:00.000Z", consent("2026-08-31T00:00:00.000Z", "2027-02-28T00:00:00.000Z", 97, false)],
  ["2025-01-01T00:00:00.000Z", consent("2025-01-01T00:00:00.000Z", "2025-07-01T00:00:00.000Z", 0, true)],
];
function consent(consentedAt: string, endsAt: string, daysLeft: number, isEnding: boolean) {
  return { consentedAt, endsAt, daysLeft, isEnding };
}
for (const [consentedAt, expected] of consents) {
  test(`consent of ${consentedAt}`, () => assert.equal(readConsent(consentedAt, now), expected));
}

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

test("an error is an Error with code and reason, one line", () => {
  const error = codedError("TRANSIENT", "playlist x", "two\nlines", { status: 500 });
  assert.instance(error, Error);
  assert.is(error.message, "playlist x: two lines");
  assert.equal({ ...error }, { code: "TRANSIENT", reason: "two lines", status: 500 });
  assert.is(errorCode(error), "TRANSIENT");
  assert.is(errorCode(Object.assign(new Error("no"), { code: "ENOENT" })), undefined);
  assert.is(errorCode(null), undefined);
  assert.is(errorReason(error), "two lines");
  assert.is(errorReason(new Error("other\tone")), "other one");
  assert.is(errorReason("text"), "text");
});

test("takes any JSON array apart without changing a character", () => {
  fc.assert(
    fc.property(fc.array(fc.json({ maxDepth: 3 })), fc.constantFrom("", " ", "\n\t"), (texts, space) => {
      const text = `${space}[${space}${texts.join(`${space},${space}`)}${space}]${space}`;
      assert.equal(arrayElements(text), texts);
    }),
  );
});

test("takes any JSON object apart without changing a character", () => {
  const member = fc.record({ name: fc.string(), text: fc.json({ maxDepth: 3 }) }, { noNullPrototype: true });
  fc.assert(
    fc.property(fc.array(member), fc.constantFrom("", "\r\n "), (members, space) => {
      const inner = members.map(({ name, text }) => `${JSON.stringify(name)}${space}:${space}${text}${space}`);
      assert.equal(objectMembers(`{${space}${inner.join(`,${space}`)}}`), members);
    }),
  );
  assert.is(memberText('{"a":1,"b":2.50,"a":1e400}', "a"), "1e400");
  assert.is(memberText('{"a":1}', "b"), undefined);
});

test.run();
