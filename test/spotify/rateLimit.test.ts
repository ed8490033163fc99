import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isLimited, readRateLimit } from "../../spotify/rateLimit";

const test = suite("spotify/rateLimit");
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

test.run();
