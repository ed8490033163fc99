import { suite } from "uvu";
import * as assert from "uvu/assert";
import { reportOf } from "../../report";
import { madeUpAnswers } from "../support/report/answers";

const test = suite("report/size");

test("a report of 20 playlists over a year is under 1 MB", async () => {
  const { html } = await reportOf(madeUpAnswers({ playlists: 20, days: 365 }));

  assert.ok(Buffer.byteLength(html) < 1e6, `${Buffer.byteLength(html)} bytes`);
});

// The most days that are drawn by day and by week, and more than two years by month.
for (const days of [56, 392, 800]) {
  test(`a report of 50 playlists over ${days} days is under 3 MB`, async () => {
    const { html } = await reportOf(madeUpAnswers({ playlists: 50, days }));

    assert.ok(Buffer.byteLength(html) < 3e6, `${Buffer.byteLength(html)} bytes`);
  });
}

test.run();
