// The two pages that Pulumi's registry shows of a package, and what its review asks of them.
import { readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { docsFolder } from "../../scripts/docs";
import { projectFolder } from "../support/commandLine";

const test = suite("docs/registry");

const [overview, installation] = ["_index.md", "installation-configuration.md"].map((name) => {
  const text = readFileSync(path.join(docsFolder, name), "utf8");
  const [, head = "", body = ""] = /^---\n(.*?)\n---\n(.*)$/s.exec(text) ?? [];
  return {
    head: Object.fromEntries([...head.matchAll(/^(\w+): (.+)$/gm)].map(([, key, value]) => [key, value])),
    body,
  };
}) as [Page, Page];

interface Page {
  head: Record<string, string>;
  body: string;
}

/** The code blocks of a language. */
function code({ body }: Page, language: string): string[] {
  return [...body.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text);
}

test("both pages have the registry's front matter", () => {
  for (const { head } of [overview, installation]) {
    assert.equal(Object.keys(head), ["title", "meta_desc", "layout"]);
    assert.is(head.layout, "package");
    assert.ok(head.meta_desc!.length <= 160, "search engines show 160 characters");
  }
});

test("links are absolute, since the registry shows the pages elsewhere", () => {
  for (const { body } of [overview, installation])
    for (const [, link = ""] of body.matchAll(/\]\(([^)]+)\)/g)) assert.match(link, /^https:\/\//);
});

test("each language of the overview's chooser has an example", () => {
  const chosen = /\{\{< chooser language "([^"]+)" \/ >\}\}/.exec(overview.body)?.[1]?.split(",") ?? [];
  assert.ok(chosen.includes("typescript"));
  for (const language of chosen) {
    const [, part = ""] = overview.body.split(`{{% choosable language ${language} %}}`);
    assert.is(code({ head: {}, body: part.split("{{% /choosable %}}")[0]! }, language).length, 1, language);
  }
  assert.is(overview.body.split("{{% /choosable %}}").length - 1, chosen.length);
});

test("the TypeScript example is one that test/examples installs and runs", () => {
  const example = readFileSync(path.join(projectFolder, "examples", "existing-bucket", "index.ts"), "utf8");
  assert.equal(code(overview, "typescript"), [example.slice(example.indexOf("\n") + 1)]);
});

test("installation names the package, its plugin, and both ways to configure it", () => {
  const { name, peerDependencies } = JSON.parse(readFileSync(path.join(projectFolder, "package.json"), "utf8"));
  assert.match(installation.body, `(https://www.npmjs.com/package/${name})`);
  const commands = code(installation, "bash").join("");
  const [, installed = ""] = /^npm install (.*)$/m.exec(commands) ?? [];
  const [own, ...peers] = installed.split(" ");
  assert.is(own, name);
  for (const peer of peers) assert.ok(Object.hasOwn(peerDependencies, peer), peer);
  assert.match(commands, /^pulumi plugin install resource aws$/m);
  assert.match(commands, /^pulumi config set aws:region /m);
  assert.match(commands, /^export AWS_REGION=/m);
});

test.run();
