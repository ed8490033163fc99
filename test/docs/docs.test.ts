import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { docsFolder, pages } from "../../scripts/docs";
import { projectFolder } from "../support/commandLine";
import { codeBlocks } from "../support/readme";

const test = suite("docs/docs");

for (const [name, text] of Object.entries(pages)) {
  test(`docs/${name} matches the code (else: npm run docs)`, async () => {
    assert.is(readFileSync(path.join(docsFolder, name), "utf8"), await text());
  });
}

test("README's code is part of an example, which test/examples installs and runs", () => {
  const example = readFileSync(path.join(projectFolder, "examples", "existing-bucket", "index.ts"), "utf8");
  const [code = "nothing"] = codeBlocks("ts");
  assert.is(example.split(code).length, 2, "the snippet, once");
});

test("README stays short", () => {
  const lines = readFileSync(path.join(projectFolder, "README.md"), "utf8").split("\n");
  assert.is(lines.length < 200, true, `${lines.length} lines`);
});

/** GitHub's anchor of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");

test("every relative link leads to a file, and to a heading of it", () => {
  const top = readdirSync(projectFolder);
  const pages = [...top, ...readdirSync(docsFolder).map((name) => `docs/${name}`)].filter((name) =>
    name.endsWith(".md"),
  );
  const textOf = (file: string) => readFileSync(file, "utf8").replace(/^```.*?^```$/gms, "");
  const broken = pages.flatMap((page) => {
    const file = path.join(projectFolder, page);
    const links = [...textOf(file).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = ""]) => link);
    return links
      .filter((link) => {
        const [name = "", heading] = link.split("#");
        const target = name === "" ? file : path.join(path.dirname(file), name);
        if (!existsSync(target)) return true;
        const headings = heading === undefined ? [] : [...textOf(target).matchAll(/^#+ (.*)$/gm)];
        return heading !== undefined && !headings.some(([, text = ""]) => anchor(text) === heading);
      })
      .map((link) => `${page}: ${link}`);
  });
  assert.equal(broken, []);
});

test.run();
