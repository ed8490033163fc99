// Compiles the transform's scanner from AssemblyScript: npm run scanner
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const project = path.join(__dirname, "..");
const scanner = path.join(project, "transforms", "scanner");
const source = path.join(scanner, "assembly");
const compiler = path.join(project, "node_modules", "assemblyscript");

/** The file that holds the compiled module. */
export const moduleFile = path.join(scanner, "module.ts");

/** Without a runtime: the source uses addresses only. The memory's pages of 64 KiB hold what assembly/memory.ts places. */
const options = ["--runtime", "stub", "-O3", "--noAssert", "--enable", "simd", "--initialMemory", "176"];

/** The head of the module's file, with a hash of what it is compiled from and by. */
export function moduleHead(): string {
  const { version } = JSON.parse(readFileSync(path.join(compiler, "package.json"), "utf8")) as { version: string };
  const hash = createHash("sha256").update(JSON.stringify([version, options]));
  const files = readdirSync(source)
    .sort()
    .map((name) => path.join(source, name));
  for (const file of [...files, path.join(scanner, "numbers.ts")]) {
    hash.update(readFileSync(file, "utf8").replace(/\r\n/g, "\n"));
  }
  return `// Compiled by \`npm run scanner\` from assembly/ and numbers.ts, whose hash is\n// ${hash.digest("hex")}\n`;
}

/** Compiles the module. @returns the text of its file */
export function compileModule(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "playlake-scanner-"));
  try {
    const file = path.join(folder, "scanner.wasm");
    const words = [path.join(compiler, "bin", "asc.js"), path.join(source, "index.ts"), "--outFile", file, ...options];
    execFileSync(process.execPath, words, { stdio: "inherit" });
    const module = readFileSync(file).toString("base64");
    return `${moduleHead()}\n/** The scanner's WebAssembly module, in base64. */\nexport const scannerModule =\n  "${module}";\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (require.main === module) writeFileSync(moduleFile, compileModule());
