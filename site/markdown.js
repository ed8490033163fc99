// Markdown as GitHub shows it: the same anchors, with links that lead to the site's pages.
import hljs from "highlight.js/lib/common";
import MarkdownIt from "markdown-it";
import { resolveLink } from "./pages.js";

/** Code of these languages is coloured. */
const coloured = new Set(["json", "sh", "sql", "ts", "yaml", "diff"]);

/** Renders a page's text; `env.source` is its file. */
export const markdown = MarkdownIt({ html: true, highlight: colour });

function colour(code, language) {
  if (!coloured.has(language)) return markdown.utils.escapeHtml(code);
  return hljs.highlight(code, { language }).value;
}

/** GitHub's anchor of a heading; the second one with the same text gets `-1`. */
function anchorOf(text, used) {
  const anchor = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
  const count = used.get(anchor) ?? 0;
  used.set(anchor, count + 1);
  return count === 0 ? anchor : `${anchor}-${count}`;
}

markdown.core.ruler.push("anchors", ({ tokens }) => {
  const used = new Map();
  for (const [index, token] of tokens.entries()) {
    if (token.type !== "heading_open") continue;
    const text = tokens[index + 1].children.map(({ content }) => content).join("");
    token.attrSet("id", anchorOf(text, used));
  }
});

markdown.core.ruler.push("links", ({ tokens, env }) => {
  if (env.source === undefined) return;
  for (const { children } of tokens) {
    for (const [index, token] of (children ?? []).entries()) {
      if (token.type === "image") token.attrSet("src", resolveLink(env.source, token.attrGet("src")).url);
      if (token.type !== "link_open") continue;
      const href = token.attrGet("href");
      const { url, page } = resolveLink(env.source, href);
      token.attrSet("href", url);
      // A link that shows its file's name shows the page's title.
      const shown = children[index + 1];
      if (page !== undefined && /^[\w/-]+\.md$/.test(shown.content)) shown.content = page.label;
    }
  }
});

// The heading of a column without a name is an empty cell. The page allows no inline styles.
markdown.core.ruler.push("cells", ({ tokens }) => {
  for (const [index, token] of tokens.entries()) {
    if (token.attrGet("style") === "text-align:right") token.attrs = [["class", "number"]];
    if (token.type === "th_open" && tokens[index + 1].content === "") token.tag = tokens[index + 2].tag = "td";
  }
});

// What is wider than a phone scrolls in its own box, which the keyboard reaches.
const box = (label) => `<div class="scroll" tabindex="0" role="group" aria-label="${label}">`;
markdown.renderer.rules.table_open = () => `${box("Table")}<table>`;
markdown.renderer.rules.table_close = () => "</table></div>";
const { fence } = markdown.renderer.rules;
markdown.renderer.rules.fence = (tokens, index, ...rest) => {
  const { info, content } = tokens[index];
  return info === "mermaid" ? joins(content) : `${box("Code")}${fence(tokens, index, ...rest)}</div>`;
};

/** A diagram of tables, which GitHub draws, as a list of its joins. @throws one line for any other diagram */
function joins(diagram) {
  const [kind, ...lines] = diagram.trim().split("\n");
  if (kind !== "erDiagram") throw new Error(`a mermaid diagram of the kind ${kind} cannot be shown, only erDiagram`);
  const rows = lines.map((line) => {
    const [, from, to, key] = /^\s*(\w+) \S+ (\w+) : (\w+)$/.exec(line) ?? [];
    if (key === undefined) throw new Error(`erDiagram: got "${line.trim()}", expected "a }o--|| b : key"`);
    return `| \`${from}\` | \`${to}\` | \`${key}\` |`;
  });
  return markdown.render(["| view | joins | by its |", "| --- | --- | --- |", ...rows].join("\n"));
}
markdown.renderer.rules.image = (tokens, index, options, env, self) => {
  const token = tokens[index];
  token.attrSet("alt", self.renderInlineAsText(token.children, options, env));
  token.attrSet("loading", "lazy");
  return self.renderToken(tokens, index, options);
};
