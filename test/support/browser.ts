import { accessSync, constants } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** The path of a browser: the one that `CHROMIUM` names, else Debian's on `PATH`; undefined if there is none. */
export function findChromium(): string | undefined {
  const { CHROMIUM, PATH = "" } = process.env;
  const files = PATH.split(path.delimiter).flatMap((folder) => names.map((name) => path.join(folder, name)));
  return [...(CHROMIUM === undefined ? [] : [CHROMIUM]), ...files].find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts a browser without a window. */
export async function openChromium(executablePath: string): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  // Chromium refuses to run its sandbox as root, and containers run as root.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath, args });
}
