// Makes the site of docs/, README.md and the other Markdown beside it. `npm run site`, in the project's folder, builds all of it.
import { HtmlBasePlugin } from "@11ty/eleventy";
import { markdown } from "./markdown.js";
import { groups, pages } from "./pages.js";

export default function configure(config) {
  config.addPlugin(HtmlBasePlugin);
  config.setLibrary("md", markdown);
  config.addPassthroughCopy({ assets: "assets", "../docs/*.png": "images" });
  config.addGlobalData("groups", groups);
  config.addFilter("sections", (html) =>
    [...html.matchAll(/<h2 id="([^"]+)"[^>]*>(.*?)<\/h2>/g)].map(([, id, title]) => ({ id, title })),
  );
  for (const { text, url, ...page } of pages) {
    config.addTemplate(`${url.slice(1, -1)}.md`, text, { ...page, layout: "page.njk", permalink: `${url}index.html` });
  }
  return {
    dir: { input: "pages", includes: "../layouts" },
    markdownTemplateEngine: false,
    pathPrefix: "/playlake/",
  };
}
