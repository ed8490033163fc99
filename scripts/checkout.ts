// Copies of this checkout, and other versions of Node to run them with.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

const project = path.join(__dirname, "..");

/** The project's files by their paths in it, without packages and other ignored files. */
export function checkoutFiles(): string[] {
  const words = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", words, { cwd: project, encoding: "utf8" }).split("\0");
  return files.filter((file) => file !== "" && existsSync(path.join(project, file)));
}

/** Copies the project's files. @param home the copy's folder; made if missing */
export function copyCheckout(home: string): void {
  mkdirSync(home, { recursive: true });
  for (const file of checkoutFiles()) cpSync(path.join(project, file), path.join(home, file));
}

/** The error code by which npm and other installers say that they reach no registry; undefined for any other output. */
export function registryFault(stderr: string): string | undefined {
  return /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED)\b/.exec(stderr)?.[1];
}

/**
 * Installs a version of Node from npm.
 * @param version such as `26` or `22.23.3`
 * @param folder where to install it; made if missing
 * @returns the program's path, or undefined if npm cannot install it here
 */
export function installNode(version: string, folder: string): string | undefined {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), "{}");
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const words = ["install", `${name}@${version}`, "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status } = spawnSync("npm", words, { cwd: folder, encoding: "utf8" });
  const binary = path.join(folder, "node_modules", name, "bin", "node");
  return status === 0 && existsSync(binary) ? binary : undefined;
}
