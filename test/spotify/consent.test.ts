import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readConsent } from "../../spotify/consent";

const test = suite("spotify/consent");
const now = Date.parse("2026-11-22T06:00:00Z");

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

test.run();
