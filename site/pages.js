// The pages that come from Markdown: what is in the navigation, in which order, and the address of each.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const project = fileURLToPath(new URL("..", import.meta.url));

const repository = JSON.parse(readFileSync(path.join(project, "package.json"), "utf8"))
  .repository.url.replace(/^git\+/, "")
  .replace(/\.git$/, "");

/** Files by reader, in reading order. A string is a page of docs/, a pair is a file and its name in the navigation. */
const readers = {
  "Your history": [
    ["README.md", "Get started"],
    "on-your-machine.md",
    "history.md",
    "questions.md",
    "tables.md",
    "restore.md",
    "local-sql.md",
    "troubleshooting.md",
    "glossary.md",
  ],
  "Deploying and operating": [
    "deploy.md",
    "operations.md",
    "reviewing.md",
    "upgrading.md",
    "cost.md",
    "scale.md",
    "environment.md",
  ],
  "Reusing the components": ["reuse.md", "languages.md"],
  Contributing: [["CONTRIBUTING.md"], "architecture.md", "releasing.md", ["CHANGELOG.md"], ["SECURITY.md"]],
};

const docs = path.join(project, "docs");
const listed = new Set(Object.values(readers).flat());
// Pages with front matter are for Pulumi's registry.
const isOurs = (name) => name.endsWith(".md") && !readFileSync(path.join(docs, name), "utf8").startsWith("---\n");
const others = readdirSync(docs).filter((name) => !listed.has(name) && isOurs(name));

/** The navigation: pages of each reader. A page of docs/ that no reader has is under "More". */
export const groups = [...Object.entries(readers), ["More", others]]
  .map(([name, files]) => ({
    name,
    pages: files.map((file) => (typeof file === "string" ? pageOf(`docs/${file}`) : pageOf(...file))),
  }))
  .filter(({ pages }) => pages.length > 0);

/** All pages. */
export const pages = groups.flatMap((group) => group.pages);

const bySource = new Map(pages.map((page) => [page.source, page]));

/**
 * @param source the file's path in the project
 * @param label its name in the navigation; by default its first heading
 */
function pageOf(source, label) {
  const text = readFileSync(path.join(project, source), "utf8");
  const title = /^# (.+)$/m.exec(text)?.[1] ?? source;
  const paragraph = /^(?![#>|`[!-])\S.*(?:\n\S.*)*/m.exec(text)?.[0] ?? "";
  const slug = label === undefined ? path.basename(source, ".md").toLowerCase() : label.toLowerCase().replace(" ", "-");
  return {
    source,
    text,
    title,
    label: label ?? title,
    description: paragraph.replace(/\[([^\]]*)\]\([^)]*\)|[`*]/g, "$1").replaceAll("\n", " "),
    // The changelog has every word of every guide.
    isSearched: source !== "CHANGELOG.md",
    url: `/${slug}/`,
    edit: `${repository}/blob/main/${source}`,
  };
}

/**
 * Where a link in a Markdown file leads on the site: to a page, a picture, or the file in the repository.
 * @param source the file that has the link
 * @param href the link as written; one to another site stays as it is
 * @throws one line if it leads to no file
 */
export function resolveLink(source, href) {
  if (/^[a-z][a-z\d+.-]*:|^#/i.test(href)) return { url: href };
  const [name, anchor] = href.split("#");
  const target = path.posix.join(path.posix.dirname(source), name);
  if (!existsSync(path.join(project, target))) throw new Error(`${source}: the link ${href} leads to no file`);
  const page = bySource.get(target);
  if (page !== undefined) return { url: page.url + (anchor === undefined ? "" : `#${anchor}`), page };
  if (/^docs\/[^/]+\.png$/.test(target)) return { url: `/images/${path.basename(target)}` };
  return { url: `${repository}/blob/main/${target}` };
}
