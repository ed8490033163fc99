import { suite } from "uvu";
import * as assert from "uvu/assert";
import { reportOf } from "../../report";
import { bucketOf, dayAfter, unitFor } from "../../report/days";
import { openFigures } from "../../report/figures";
import { explicitShare, type PlaylistHistory } from "../../report/history";
import { madeUpAnswers } from "../support/report/answers";

const test = suite("report/figures");

/** The bars of a figure's group in order, with positions and sizes in pixels. */
function barsOf(markup: string, colour: string) {
  const [, group = ""] = new RegExp(`<g data-mark="rect" fill="var\\(--${colour}\\)">(.*?)</g>`).exec(markup) ?? [];
  const sizeOf = (bar: string, name: string) => Number(new RegExp(` ${name}="([^"]+)"`).exec(bar)?.[1]);
  const bars = group.match(/<rect[^>]*>/g) ?? [];
  return bars.map((bar) => ({ top: sizeOf(bar, "y"), height: sizeOf(bar, "height"), width: sizeOf(bar, "width") }));
}

/** Coordinates are rounded to tenths of a pixel. */
const isNear = (one: number, other: number) => Math.abs(one - other) <= 0.15;

for (const days of [2, 3, 5, 28, 119]) {
  test(`bar heights are proportional to their values over ${days} days`, async () => {
    const last = dayAfter("2026-01-05", days - 1);
    const unit = unitFor("2026-01-05", last);
    const firstDays = Array.from({ length: days }, (_, i) => bucketOf(dayAfter("2026-01-05", i), unit));
    const buckets = [...new Map(firstDays.map((bucket) => [bucket.first, bucket])).values()];
    const flows = buckets.map((bucket, i) => ({ ...bucket, came: 1 + (i % 7), went: (i * 3) % 5, moved: 0 }));

    const { markup } = (await openFigures(buckets)).changes({ flows } as unknown as PlaylistHistory, "made up");

    const [added, removed] = [barsOf(markup, "came"), barsOf(markup, "went")];
    const came = flows.map((flow) => flow.came);
    const went = flows.map((flow) => flow.went).filter((value) => value > 0);
    assert.equal([added.length, removed.length], [came.length, went.length]);
    // The highest bar gives the scale and the position of zero; all others have to agree.
    const highest = added[came.indexOf(Math.max(...came))]!;
    const scale = highest.height / Math.max(...came);
    const zero = highest.top + highest.height;
    assert.ok(scale > 5, `a value is ${scale} pixels high`);
    for (const [i, bar] of added.entries()) {
      assert.ok(isNear(bar.height, came[i]! * scale), `added ${came[i]}: ${bar.height}`);
      assert.ok(isNear(bar.top + bar.height, zero), `added ${came[i]} stands on the line`);
      assert.ok(bar.width > 0 && bar.width <= 28.2, `width ${bar.width}`);
    }
    for (const [i, bar] of removed.entries()) {
      assert.ok(isNear(bar.height, went[i]! * scale), `removed ${went[i]}: ${bar.height}`);
      assert.ok(isNear(bar.top, zero), `removed ${went[i]} hangs from the line`);
    }
  });
}

const shares: [what: string, row: { explicit: number; known: number; unknown: number }, share: number | null][] = [
  ["known of all", { explicit: 2, known: 8, unknown: 0 }, 0.2],
  ["known of some", { explicit: 2, known: 3, unknown: 5 }, 0.4],
  ["known of none", { explicit: 0, known: 0, unknown: 8 }, null],
  ["only unavailable entries", { explicit: 0, known: 0, unknown: 0 }, 0],
];

for (const [what, row, share] of shares) {
  test(`the explicit share: ${what}`, () => {
    const rest = { playlistId: "p", day: "2026-11-01", entries: 10, unavailable: 2 };

    assert.is(explicitShare({ ...rest, ...row }), share);
  });
}

test("an unknown share is shown as not known", async () => {
  const answers = madeUpAnswers({ playlists: 1, days: 3 });
  answers.shares = [];
  for (const row of answers.kinds) Object.assign(row, { explicit: 0, known: 0, unknown: row.entries - 3 });

  const { html } = await reportOf(answers);

  assert.match(html, /Now \d\.\d\u00a0% unavailable\. How many are explicit is not known\./);
  assert.match(html, /The tracks&#39; artists are not known\./);
});

test.run();
