import { spawn } from "node:child_process";
import type { Terminal } from "../command";

/** Opens a page in the user's browser, where there is one; the page is printed anyhow. */
export function openBrowser(link: string, { env }: Pick<Terminal, "env">): void {
  const program = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(program, [link], { env, stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
