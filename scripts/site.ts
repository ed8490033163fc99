// Builds the site from docs/ and checks its links: npm run site [-- --base /PATH/ --out FOLDER]
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { registryFault } from "./checkout";
import { writeSampleReport } from "./sampleLake";
import { brokenLinks } from "./siteLinks";

const folder = path.join(__dirname, "..", "site");

/** Where and how a site is built. */
export interface SiteOptions {
  /** The absolute path of the folder to write; what is in it is removed. */
  out: string;
  /** The path that the site is served under, with slashes at both ends. */
  base: string;
  /** The days of the samples that the live demo shows. @default a month */
  demoDays?: number;
}

/**
 * Installs what builds the site, from its own lock file, unless that is there.
 * @returns one line if there is no registry to install from
 * @throws npm's output if the installation fails for another reason
 */
export function whyNotInstalled(): string | undefined {
  if (existsSync(path.join(folder, "node_modules", "@11ty", "eleventy"))) return undefined;
  const words = ["ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status, stderr } = spawnSync("npm", words, { cwd: folder, encoding: "utf8" });
  if (status === 0) return undefined;
  const code = registryFault(stderr);
  if (code === undefined) throw new Error(`npm ci in site/: ${stderr}`);
  return `no registry (${code}), so npm ci in site/ cannot install what builds the site`;
}

/** Builds the site with its search index and the live demo. @returns the links that lead nowhere */
export async function buildSite({ out, base, demoDays }: SiteOptions): Promise<string[]> {
  const whyNot = whyNotInstalled();
  if (whyNot !== undefined) throw new Error(whyNot);
  rmSync(out, { recursive: true, force: true });
  inSite("@11ty/eleventy/cmd.cjs", "--quiet", `--output=${out}`, `--pathprefix=${base}`);
  mkdirSync(path.join(out, "demo"), { recursive: true });
  await writeSampleReport(path.join(out, "demo", "report.html"), demoDays);
  inSite("pagefind/lib/runner/bin.cjs", "--quiet", "--site", out);
  return brokenLinks(out, base);
}

function inSite(program: string, ...words: string[]): void {
  execFileSync(process.execPath, [path.join(folder, "node_modules", program), ...words], {
    cwd: folder,
    stdio: "pipe",
  });
}

async function main(): Promise<void> {
  const { base, out } = parseArgs({
    options: {
      base: { type: "string", default: "/playlake/" },
      out: { type: "string", default: path.join(folder, "_site") },
    },
  }).values;
  if (!/^\/(?:.*\/)?$/.test(base))
    throw new Error(`--base: got "${base}", expected a path such as "/playlake/" or "/"`);
  const broken = await buildSite({ out: path.resolve(out), base });
  for (const link of broken) console.error(`broken link: ${link}`);
  if (broken.length > 0) process.exitCode = 1;
}

if (require.main === module) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
