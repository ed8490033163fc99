import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { packageVersion } from "../components/packageVersion";
import { replaceFile } from "../emulator/files";
import { type Command, commonOptions, printResult, wrongUse } from "./command";

/** Leaves room for a dash and a stack's name in the names of components. */
const longestName = 40;
/** Names of files that an error lists. */
const mostNamed = 5;

/** The project's files and what each is for. The repository's examples/project/ is the template. */
export const projectFiles: Readonly<Record<string, string>> = {
  "index.ts": "the program: three components, wired",
  "Pulumi.yaml": "its settings, described",
  "Pulumi.dev.yaml": "the settings of the stack dev",
  "test/program.test.ts": "what it registers, and a run on this machine",
  "test/playlist.json": "the playlist of that run",
  ".github/workflows/preview.yml": "tests and previews of pull requests",
  "package.json": "",
  "tsconfig.json": "",
  ".gitignore": "",
  "README.md": "how to run and deploy it",
};

/** The names that stand for the project's in the template. */
const placeholder = /my-playlists/g;
const packageRange = /(?<="playlake": ")\^[^"]+/;

const template = path.join(__dirname, "..", "examples", "project");

/** Where the template keeps a file. npm leaves files named .gitignore out of a package, and obeys them. */
export function templateFile(name: string): string {
  return path.join(template, name === ".gitignore" ? "gitignore" : name);
}

/** What people and their tools put into a folder before they begin. A lake is harmless, too. */
const harmless =
  /^(\.(git|gitattributes|hg|svn|idea|vscode|DS_Store|editorconfig|nvmrc|node-version|playlake)|Thumbs\.db|(LICEN[CS]E|COPYING)(\.\w+)?)$/i;

/** The names in a folder that keep a project from being written into it. A folder that does not exist has none. */
function inTheWay(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !harmless.test(name))
      .sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw new Error(`init: ${folder} ${code === "ENOTDIR" ? "is not a folder" : `cannot be read (${code})`}`);
  }
}

/** Whether a folder holds neither a project nor a lake. */
export function isEmpty(folder: string): boolean {
  return inTheWay(folder).length === 0 && !existsSync(path.join(folder, ".playlake"));
}

export const command: Command = {
  summary: "write your own project into an empty folder",
  usage: "playlake init [FOLDER] [--name NAME]",
  about: `Writes a project into an empty folder (default: the current one): a Pulumi program that wires the three components,
its settings, a test, and a workflow that previews pull requests. A version control's files and a licence can be there
already.`,
  options: {
    "name NAME":
      "the Pulumi project's name: lower-case letters, digits and dashes (default: made from the folder's name)",
    ...commonOptions,
  },
  examples: ["npx playlake init my-playlists", "npx playlake init --name history"],
  async run(call) {
    const { text, positionals, terminal } = call;
    const [given, extra] = positionals;
    if (extra !== undefined) throw wrongUse(`init: "${extra}" is not expected here; one folder at a time`);
    if (given === "") throw wrongUse("init: the folder's name is empty");
    const folder = path.resolve(terminal.directory, given ?? ".");
    const name = projectName(text.name, folder);
    const found = inTheWay(folder);
    if (found.length > 0) {
      const more = found.length > mostNamed ? ` and ${found.length - mostNamed} more` : "";
      const names = `${found.slice(0, mostNamed).join(", ")}${more}`;
      throw new Error(`init: ${folder} is not empty: ${names}; name a new folder, such as my-playlists`);
    }
    const files = Object.keys(projectFiles);
    try {
      for (const file of files) replaceFile(path.join(folder, file), contentOf(file, name));
    } catch (error) {
      // The folder held none of them, and a part of a project would keep the next try out.
      for (const file of files) rmSync(path.join(folder, file.split("/")[0] ?? file), { recursive: true, force: true });
      throw error;
    }
    const shown = path.relative(terminal.directory, folder);
    printResult({ project: name, folder, files }, writtenText(name, shown), call);
  },
};

/** Why AWS would refuse a name. The rules load Pulumi, and a plain start asks this file whether its folder is empty. */
function nameFault(name: string) {
  const { parameterNameRule } =
    require("../components/arguments/rules") as typeof import("../components/arguments/rules");
  return parameterNameRule.fault(name);
}

/** @throws wrong use for a name that Pulumi, npm or AWS would refuse */
function projectName(given: string | undefined, folder: string): string {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(templateFile("package.json"), "utf8"));
  const isTaken = (name: string) => Object.hasOwn({ ...dependencies, ...devDependencies }, name);
  if (given !== undefined) {
    if (isTaken(given)) throw wrongUse(`init: --name: "${given}" is a package that the project installs`);
    const fault = nameFault(given);
    if (fault !== undefined) throw wrongUse(`init: --name: got "${given}": ${fault}`);
    if (/^[a-z][a-z0-9-]*$/.test(given) && given.length <= longestName) return given;
    const rule = `lower-case letters, digits and dashes, a letter first, at most ${longestName}`;
    throw wrongUse(`init: --name: got "${given}", expected ${rule}, such as my-playlists`);
  }
  const derived = path
    .basename(folder)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, longestName)
    .replace(/-+$/, "");
  if (derived === "") throw wrongUse(`init: no name follows from the folder ${folder}; give one with --name`);
  const isUsable = !isTaken(derived) && nameFault(derived) === undefined;
  return isUsable ? derived : `my-${derived}`.slice(0, longestName).replace(/-+$/, "");
}

function contentOf(file: string, project: string): string {
  const content = readFileSync(templateFile(file), "utf8").replace(placeholder, project);
  return file === "package.json" ? content.replace(packageRange, `^${packageVersion()}`) : content;
}

/** @param folder the project's, relative to the current one */
function writtenText(project: string, folder: string): string {
  const files = Object.entries(projectFiles);
  const width = Math.max(...files.map(([file]) => file.length));
  const quoted = /^[\w./-]*$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`;
  return `Wrote the project ${project}${folder === "" ? "" : ` into ${folder}`}:
${files.map(([file, what]) => `  ${file.padEnd(width)}  ${what}`.trimEnd()).join("\n")}

Next:  ${folder === "" ? "" : `cd ${quoted} && `}npm install
       npm test
       npm start        runs it on this machine, with sample playlists
README.md describes how to deploy it.
`;
}
