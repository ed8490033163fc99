import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { brokenLinks } from "../../scripts/siteLinks";

const test = suite("site/links");

const cases: readonly [what: string, element: string, isBroken: boolean][] = [
  ["a page", '<a href="/base/other/">x</a>', false],
  ["a page, relative", '<a href="../other/">x</a>', false],
  ["a heading of a page", '<a href="/base/other/#the-end">x</a>', false],
  ["a heading of the same page", '<a href="#start">x</a>', false],
  ["another site", '<a href="https://example.org/missing">x</a>', false],
  ["a picture", '<img src="/base/picture.png">', false],
  ["a missing page", '<a href="/base/missing/">x</a>', true],
  ["a page outside the base path", '<a href="/other/">x</a>', true],
  ["a missing heading", '<a href="/base/other/#end">x</a>', true],
  ["a missing heading of the same page", '<a href="#begin">x</a>', true],
  ["an anchor of something that is not a page", '<a href="/base/picture.png#start">x</a>', true],
  ["a missing picture", '<img src="/base/missing.png">', true],
  ["a script from another site", '<script src="https://example.org/a.js"></script>', true],
  ["a style sheet from another site", '<link rel="stylesheet" href="https://example.org/a.css">', true],
  ["a frame from another site", '<iframe src="https://example.org/"></iframe>', true],
];

for (const [what, element, isBroken] of cases) {
  test(`a link to ${what} is ${isBroken ? "broken" : "good"}`, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "playlake-links-"));
    try {
      for (const name of ["first", "other"]) mkdirSync(path.join(folder, name));
      writeFileSync(
        path.join(folder, "first", "index.html"),
        `<html><body><h1 id="start">x</h1>${element}</body></html>`,
      );
      writeFileSync(path.join(folder, "other", "index.html"), '<html><body><h2 id="the-end">x</h2></body></html>');
      writeFileSync(path.join(folder, "picture.png"), "");

      const broken = await brokenLinks(folder, "/base/");

      const link = /(?:href|src)="([^"]*)"/.exec(element.replace('rel="stylesheet" ', ""))?.[1];
      assert.equal(broken, isBroken ? [`first/index.html: ${link}`] : []);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

test.run();
