import { createHash } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { reportOf } from "../../report";
import { bucketOf, rangeText, unitFor } from "../../report/days";
import { historyOf } from "../../report/history";
import { html, percent } from "../../report/markup";
import { madeUpAnswers } from "../support/report/answers";

const test = suite("report/report");

const hostile = `<script>alert("1")</script> & 'x' \u0000\u202eمساء 🌙\n</title><img src=x onerror=a()>`;

/** The text between the tags. */
function textOf(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/gs, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
}

test("texts are escaped, lists joined, numbers written with separators", () => {
  const { markup } = html`<p title="${`"'`}">${"<b>&\u0000\n"}${[html`<i>${1234}</i>`, undefined, "x"]}</p>`;

  assert.is(markup, '<p title="&quot;&#39;">&lt;b&gt;&amp;\ufffd <i>1,234</i>x</p>');
});

test("the same answers give the same page", async () => {
  const answers = madeUpAnswers({ playlists: 2, days: 9 });

  assert.is((await reportOf(answers)).html, (await reportOf(answers)).html);
});

test("a hostile name is shown as text everywhere", async () => {
  const answers = madeUpAnswers({ playlists: 2, days: 3, nameOf: () => hostile });
  for (const row of answers.shares) row.artist = hostile;
  for (const row of answers.stays) row.name = hostile;

  const { html: page } = await reportOf(answers);

  const scripts = [...page.matchAll(/<script[^>]*>/gi)].map(([tag]) => tag);
  assert.equal(scripts, ['<script type="text/plain" id="history">', "<script>"]);
  assert.equal([/<img/i.test(page), page.includes("\u0000")], [false, false]);
  const escaped =
    "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39; \ufffd\u202eمساء 🌙 &lt;/title&gt;";
  assert.ok(page.includes(`<h2 id="playlist-1-name" dir="auto">${escaped}&lt;img src=x onerror=a()&gt;</h2>`));
});

test("the security policy allows only the page's own style and script", async () => {
  const { html: page } = await reportOf(madeUpAnswers({ playlists: 1, days: 3 }));

  const [, style = ""] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
  const [, script = ""] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
  const hash = (text: string) => createHash("sha256").update(text).digest("base64");
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  const allowed = `style-src 'sha256-${hash(style)}'; script-src 'sha256-${hash(script)}'`;
  assert.is(policy, `default-src 'none'; ${allowed}; base-uri 'none'; form-action 'none'`);
  assert.is(page.match(/<style/g)?.length, 1);
  const markup = page.replace(/(id="history">)[^<]*/, "$1");
  const addresses = [...markup.matchAll(/\b(?:https?:)?\/\/[^\s"<]+/g)].map(([address]) => address);
  const known = ["http://www.w3.org/2000/svg", "https://open.spotify.com/"];
  assert.equal(
    addresses.filter((address) => !known.some((one) => address.startsWith(one))),
    [],
  );
  assert.not.match(page, /\s(?:src|style|on\w+)=/);
});

test("a lake without enough data gets a sentence instead of a figure", async () => {
  const none = await reportOf(madeUpAnswers({ playlists: 0, days: 0 }));
  assert.equal([none.playlists, none.days], [0, 0]);
  assert.match(textOf(none.html), "No playlist is stored yet.");

  const one = await reportOf(madeUpAnswers({ playlists: 1, days: 1 }));
  assert.match(textOf(one.html), "1 Nov 2026. One day is stored so far; changes show from the second stored day on.");
  assert.is(one.html.match(/<svg role="img"/g)?.length, 1, "the release years alone");
  assert.match(textOf(one.html), "Changes show from the second stored day on.");

  const answers = madeUpAnswers({ playlists: 1, days: 2 });
  const empty = await reportOf({
    ...{ ...answers, years: [], shares: [], stays: [], kinds: [] },
    sizes: answers.sizes.map((row) => ({ ...row, entries: 0, tracks: 0, episodes: 0, unavailable: 0, unreadable: 0 })),
    changes: answers.changes.map((row) => ({ ...row, came: 0, went: 0, moved: 0 })),
  });
  assert.match(textOf(empty.html), "It was empty on every stored day.");
  assert.not.match(empty.html, /<svg role="img"|NaN|Infinity|undefined/);
});

test("the figures of an emptied playlist contain only numbers", async () => {
  const answers = madeUpAnswers({ playlists: 1, days: 4 });
  const last = answers.sizes.at(-1)!;
  Object.assign(last, { entries: 0, tracks: 0, episodes: 0, unavailable: 0, unreadable: 0 });
  const isBefore = ({ day }: { day: string }) => day < last.day;

  const { html: page } = await reportOf({
    ...{ ...answers, years: [] },
    shares: answers.shares.filter(isBefore),
    kinds: answers.kinds.filter(isBefore),
  });

  assert.not.match(page, /NaN|Infinity|undefined/);
  assert.match(textOf(page), "No release year to show.");
  assert.match(textOf(page), "On 3 Nov 2026, before it was empty,");
});

test("missing days are named and break the line", async () => {
  const answers = madeUpAnswers({ playlists: 1, days: 12, without: [3, 7, 8] });

  const { html: page } = await reportOf(answers);

  assert.match(textOf(page), "1 to 12 Nov 2026. Nothing was stored on 4 Nov 2026, 8 to 9 Nov 2026.");
  const [, line = ""] = /data-mark="line"[^>]*>\s*<path d="([^"]*)"/.exec(page) ?? [];
  assert.is(line.match(/M/g)?.length, 3, line);
});

test("a long history is shown by week or month", () => {
  assert.equal(
    (["2026-11-01", "2026-12-26", "2026-12-27", "2027-11-27", "2027-11-28"] as const).map((to) =>
      unitFor("2026-11-01", to),
    ),
    ["day", "day", "week", "week", "month"],
  );
  assert.equal(bucketOf("2026-11-01", "week"), {
    first: "2026-10-26",
    last: "2026-11-01",
    label: "26 Oct 2026",
  });
  assert.equal(bucketOf("2024-02-29", "month"), { first: "2024-02-01", last: "2024-02-29", label: "Feb 2024" });
  assert.equal(
    [
      ["2026-11-02", "2026-11-02"],
      ["2026-11-02", "2026-11-05"],
      ["2026-11-30", "2026-12-02"],
      ["2026-12-30", "2027-01-02"],
    ].map(([from = "", to = ""]) => rangeText(from, to)),
    ["2 Nov 2026", "2 to 5 Nov 2026", "30 Nov to 2 Dec 2026", "30 Dec 2026 to 2 Jan 2027"],
  );

  const answers = madeUpAnswers({ playlists: 1, days: 100 });
  const [playlist] = historyOf(answers)!.playlists;

  const inSecondWeek = ({ day }: { day: string }) => day >= "2026-11-02" && day <= "2026-11-08";
  const week = answers.changes.filter(inSecondWeek);
  assert.equal(playlist!.sizes[1]!.row, answers.sizes.filter(inSecondWeek).at(-1));
  assert.is(
    playlist!.flows[0]!.came,
    week.reduce((sum, { came }) => sum + came, 0),
  );
});

test("a table of contents links to every playlist's section", async () => {
  const { html: page } = await reportOf(madeUpAnswers({ playlists: 30, days: 5 }));

  const links = [...page.matchAll(/<a href="#([^"]*)"/g)].map(([, id]) => id);
  const parts = [...page.matchAll(/<section id="(playlist-[^"]*)"/g)].map(([, id]) => id);
  assert.is(links.length, 30);
  assert.equal(links, parts);
});

test("shares have one decimal place", () => {
  assert.equal([0, 0.0004, 0.1239, 1].map(percent), ["0.0\u00a0%", "0.0\u00a0%", "12.4\u00a0%", "100.0\u00a0%"]);
});

test.run();
