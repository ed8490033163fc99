// The links of a built site that lead nowhere.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A page's address for links that are relative to it. */
const origin = "https://site.invalid";

/** The part of an element that is read. The project has no DOM types. */
interface Linking {
  getAttribute(name: string): string | null;
  matches(selector: string): boolean;
}

/** What a page loads, and what it links to. */
const linking = "a[href], link[href], img[src], script[src], iframe[src]";

/**
 * `PAGE: LINK` for each link inside the site that leads to no file, or to no anchor of it, and for everything that a page
 * would load from elsewhere. Links to other sites are not followed.
 * @param folder the built site
 * @param base the path that it is served under, with slashes at both ends
 */
export async function brokenLinks(folder: string, base: string): Promise<string[]> {
  const { parseHTML } = await import("linkedom");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".html"));
  const pages = new Map(
    names.map((name) => [path.join(folder, name), parseHTML(readFileSync(path.join(folder, name), "utf8")).document]),
  );

  function leadsNowhere(name: string, element: Linking): boolean {
    const link = element.getAttribute("href") ?? element.getAttribute("src") ?? "";
    const url = new URL(link, `${origin}${base}${name}`);
    if (url.origin !== origin) return !element.matches("a");
    if (!url.pathname.startsWith(base)) return true;
    const below = path.join(folder, decodeURIComponent(url.pathname.slice(base.length)));
    const file = url.pathname.endsWith("/") ? path.join(below, "index.html") : below;
    if (!existsSync(file)) return true;
    const anchor = decodeURIComponent(url.hash.slice(1));
    return anchor !== "" && (pages.get(file)?.getElementById(anchor) ?? null) === null;
  }

  return names.flatMap((name) =>
    [...pages.get(path.join(folder, name))!.querySelectorAll(linking)]
      .filter((element) => leadsNowhere(name, element))
      .map((element) => `${name}: ${element.getAttribute("href") ?? element.getAttribute("src")}`),
  );
}
