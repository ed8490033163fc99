// Builds what the npm packages hold: npm run build, and `build.ts policy` for the policy pack.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { projectFiles, templateFile } from "../cli/init";
import { bundlePage } from "../report/explorer";

const project = path.join(__dirname, "..");

/** Files that are read at run time and not compiled. */
const copied = [
  "queries/views",
  "queries/named",
  "queries/compact",
  "queries/parts",
  "emulator/lambda/runtime",
  "lake/local/programChild.js",
  "plugin/schema.json",
];

/** The module that users import. */
const entry = "components/index";

/** Compiles the sources, with source maps and the public types. @param dist absolute; it is emptied first */
export function build(dist: string): void {
  rmSync(dist, { recursive: true, force: true });
  const tsc = require.resolve("typescript/bin/tsc");
  const words = ["-p", path.join(project, "tsconfig.build.json"), "--outDir", dist];
  execFileSync(process.execPath, [tsc, ...words], { stdio: "inherit" });
  for (const folder of copied) cpSync(path.join(project, folder), path.join(dist, folder), { recursive: true });
  for (const name of Object.keys(projectFiles)) {
    const file = templateFile(name);
    cpSync(file, path.join(dist, path.relative(project, file)));
  }
  writeFileSync(path.join(dist, "report", "page", "page.js"), bundlePage());
  keepPublicTypes(dist);
}

/** Removes the declarations that the entry does not reach: what is internal has no types to program against. */
function keepPublicTypes(dist: string): void {
  const reached = new Set<string>();
  const waiting = [path.join(dist, `${entry}.d.ts`)];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const [, specifier = ""] of readFileSync(file, "utf8").matchAll(/\b(?:from |import\()"(\.[^"]*)"/g)) {
      const module = path.resolve(path.dirname(file), specifier);
      waiting.push(existsSync(`${module}.d.ts`) ? `${module}.d.ts` : path.join(module, "index.d.ts"));
    }
  }
  for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const file = path.join(dist, name);
    if (name.endsWith(".d.ts") && !reached.has(file)) rmSync(file);
  }
}

/** Bundles the policy pack and adds the licence, so that its folder can be packed by itself. */
export function buildPolicy(folder: string): void {
  const esbuild = require("esbuild") as typeof import("esbuild");
  rmSync(path.join(folder, "dist"), { recursive: true, force: true });
  esbuild.buildSync({
    entryPoints: [path.join(folder, "pack.ts")],
    outfile: path.join(folder, "dist", "pack.js"),
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    sourcemap: true,
  });
  cpSync(path.join(project, "LICENSE"), path.join(folder, "LICENSE"));
}

if (require.main === module) {
  if (process.argv[2] === "policy") buildPolicy(path.join(project, "policy"));
  else build(path.join(project, "dist"));
}
