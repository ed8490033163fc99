/** The site as a reader sees it: built as CI builds it, served under a base path, in a real browser. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { docsFolder } from "../../scripts/docs";
import { buildSite, whyNotInstalled } from "../../scripts/site";
import { findChromium, openChromium } from "../support/browser";

const test = suite("site/site");

/** Not the default one, so that a path that was written out would be seen. */
const base = "/some/base/";
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

let folder: string;
let broken: string[];
let server: Server;
let origin: string;
let browser: Browser;

/** Serves the files as GitHub Pages does. */
function serve(): Promise<Server> {
  const started = createServer(({ url = "" }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    const name = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
    const file = path.join(folder, name.slice(base.length));
    if (!name.startsWith(base) || !existsSync(file)) return response.writeHead(404).end();
    return response
      .writeHead(200, { "content-type": types[path.extname(file)] ?? "application/octet-stream" })
      .end(readFileSync(file));
  });
  return new Promise((resolve) => started.listen(0, "127.0.0.1", () => resolve(started)));
}

/** What must stay empty: requests to anywhere else, and what the console shows. */
interface Seen {
  page: Page;
  elsewhere: string[];
  complaints: string[];
}

async function open(address: string, width: number, colorScheme: "light" | "dark"): Promise<Seen> {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  const seen: Seen = { page, elsewhere: [], complaints: [] };
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}${base}`)) seen.elsewhere.push(request.url());
  });
  page.on("console", (message) => seen.complaints.push(message.text()));
  page.on("pageerror", (error) => seen.complaints.push(error.message));
  await page.goto(`${origin}${base}${address}`);
  return seen;
}

/** What axe finds; in the page alone, because the test of the report looks at the report. */
async function violations(page: Page): Promise<unknown> {
  // Through the debugger, because the page's security policy blocks other scripts.
  await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  return page.evaluate(
    "axe.run(document, { iframes: false }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 120)))",
  );
}

const chromium = findChromium();
const whyNot =
  whyNotInstalled() ?? (chromium === undefined ? "no Chromium on PATH, and CHROMIUM names none" : undefined);

if (whyNot !== undefined || chromium === undefined) console.log(`site: skipped: ${whyNot}`);
else {
  test.before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "playlake-site-"));
    broken = await buildSite({ out: folder, base, demoDays: 8 });
    server = await serve();
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await openChromium(chromium);
  });

  test.after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("every link leads somewhere", () => {
    assert.equal(broken, []);
  });

  test("every page of docs/ is in the navigation, except those for Pulumi's registry", async () => {
    const forRegistry = ["_index.md", "installation-configuration.md"];
    const names = readdirSync(docsFolder).filter((name) => name.endsWith(".md") && !forRegistry.includes(name));
    const { page } = await open("tables/", 1280, "light");

    const linked = (await page.evaluate(
      "[...document.querySelectorAll('#menu a')].map((link) => new URL(link.href).pathname)",
    )) as string[];

    assert.equal(
      names.map((name) => `${base}${name.replace(".md", "")}/`).filter((address) => !linked.includes(address)),
      [],
    );
    assert.equal(
      linked.filter((address) => !existsSync(path.join(folder, address.slice(base.length), "index.html"))),
      [],
    );
    await page.close();
  });

  const addresses = ["", "get-started/", "tables/", "cost/", "reviewing/", "demo/"];
  for (const [width, scheme, background] of [
    [360, "dark", "rgb(18, 20, 23)"],
    [1280, "light", "rgb(247, 246, 243)"],
  ] as const) {
    for (const address of addresses) {
      test(`/${address} fits and is legible at ${width} pixels, ${scheme}`, async () => {
        const { page, elsewhere, complaints } = await open(address, width, scheme);

        const { scrollWidth, color } = (await page.evaluate(
          "({ scrollWidth: document.documentElement.scrollWidth, color: getComputedStyle(document.body).backgroundColor })",
        )) as { scrollWidth: number; color: string };
        assert.is(scrollWidth, width);
        assert.is(color, background);
        assert.equal(await violations(page), []);
        assert.equal({ elsewhere, complaints }, { elsewhere: [], complaints: [] });
        await page.close();
      });
    }
  }

  test("the search finds a view by its name, and leads to it", async () => {
    const { page, elsewhere, complaints } = await open("", 360, "light");

    await page.keyboard.press("/");
    await page.keyboard.type("changes");
    const found = page.locator("#search-results a", { hasText: /^Tables and named queries: changes$/ });
    await found.waitFor();
    assert.equal(await violations(page), []);
    await found.click();

    await page.waitForURL(`${origin}${base}tables/#changes`);
    assert.is(await page.locator("#changes").textContent(), "changes");
    assert.equal({ elsewhere, complaints }, { elsewhere: [], complaints: [] });
    await page.close();
  });

  test("the search reports that nothing was found", async () => {
    const { page } = await open("", 1280, "light");

    await page.click("#search-open");
    await page.keyboard.type("日本");
    await page.locator("#search-state", { hasText: "Nothing found for “日本”." }).waitFor();

    assert.is(await page.locator("#search-results a").count(), 0);
    await page.close();
  });

  test("the menu of a narrow page opens, and leads to another page", async () => {
    const { page } = await open("tables/", 360, "light");

    assert.is(await page.locator("#menu").isVisible(), false);
    await page.click(".menu-open");
    await page.click("#menu a[href$='/deploy/']");

    await page.waitForURL(`${origin}${base}deploy/`);
    await page.close();
  });

  test("the time machine of the samples works on the demo's page", async () => {
    const { page, elsewhere, complaints } = await open("", 1280, "light");

    await page.getByText("Open the live demo").click();
    const report = page.frameLocator("iframe");
    await report.locator("#time-machine:not([hidden])").waitFor();
    const last = await report.locator("#list-body").textContent();
    await report.locator("#previous-change").click();
    const before = await report.locator("#list-body").textContent();

    assert.ok((last ?? "").length > 1000 && (before ?? "").length > 1000);
    assert.is.not(before, last);
    assert.equal({ elsewhere, complaints }, { elsewhere: [], complaints: [] });
    await page.close();
  });
}

test.run();
