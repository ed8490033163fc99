import fs, { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFiles, templateFile } from "../../cli/init";
import { projectFolder, temporaryFolder } from "../support/commandLine";
import { run } from "../support/terminal";
import { title } from "../support/title";

const test = suite("cli/init");
const { folder: home, remove } = temporaryFolder();
test.after(remove);

/** Makes a folder that holds the names; a name that ends in a slash is a folder. */
function folderWith(name: string, ...content: string[]): string {
  const folder = path.join(home, name);
  mkdirSync(folder, { recursive: true });
  for (const one of content) {
    if (one.endsWith("/")) mkdirSync(path.join(folder, one));
    else writeFileSync(path.join(folder, one), "mine");
  }
  return folder;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

const repository = JSON.parse(readFileSync(path.join(projectFolder, "package.json"), "utf8"));
const files = Object.keys(projectFiles).sort();

test("a project is written, and its files and the next commands are printed", async () => {
  const { exitCode, out, err } = await run(["init", "my lists/of jazz"], { home });

  assert.equal([exitCode, err], [0, ""]);
  assert.is(
    out,
    `Wrote the project of-jazz into my lists/of jazz:
  index.ts                       the program: three components, wired
  Pulumi.yaml                    its settings, described
  Pulumi.dev.yaml                the settings of the stack dev
  test/program.test.ts           what it registers, and a run on this machine
  test/playlist.json             the playlist of that run
  .github/workflows/preview.yml  tests and previews of pull requests
  package.json
  tsconfig.json
  .gitignore
  README.md                      how to run and deploy it

Next:  cd 'my lists/of jazz' && npm install
       npm test
       npm start        runs it on this machine, with sample playlists
README.md describes how to deploy it.
`,
  );
  const folder = path.join(home, "my lists", "of jazz");
  assert.equal(filesBelow(folder), files);
  for (const file of files) {
    const template = readFileSync(templateFile(file), "utf8");
    assert.is(readFileSync(path.join(folder, file), "utf8"), template.replaceAll("my-playlists", "of-jazz"), file);
  }
});

test("the template holds what is written, in the repository as in the package", () => {
  const example = path.join(projectFolder, "examples", "project");
  const names = filesBelow(example).filter((name) => !/^(node_modules|\.playlake|package-lock\.json)\b/.test(name));
  assert.equal(names, files.map((file) => path.relative(example, templateFile(file))).sort());
});

test("the project asks for the repository's versions of packages, and for this one's", async () => {
  await run(["init", "versions", "--quiet"], { home });
  const written = JSON.parse(readFileSync(path.join(home, "versions", "package.json"), "utf8"));

  const { playlake, ...others } = { ...written.dependencies, ...written.devDependencies };
  assert.is(playlake, `^${repository.version}`);
  const own = { ...repository.peerDependencies, ...repository.devDependencies };
  assert.equal(others, Object.fromEntries(Object.keys(others).map((name) => [name, own[name]])));
});

test("the project describes its settings as the repository does", () => {
  const settings = (file: string): readonly string[] => {
    const [, config = ""] = readFileSync(file, "utf8").split("\nconfig:\n");
    return config.match(/^ {2}\w+:\n(?: {4}.*\n)+/gm) ?? [];
  };
  const all = settings(path.join(projectFolder, "Pulumi.yaml"));
  const own = settings(templateFile("Pulumi.yaml"));
  assert.is(own.length, 5);
  assert.equal(
    own.filter((setting) => !all.includes(setting)),
    [],
  );
});

test("the workflow takes its actions at the commits of the repository's workflows", () => {
  const actions = (text: string) => text.match(/uses: .*/g) ?? [];
  const workflows = path.join(projectFolder, ".github", "workflows");
  const own = readdirSync(workflows).flatMap((name) => actions(readFileSync(path.join(workflows, name), "utf8")));
  const used = actions(readFileSync(templateFile(".github/workflows/preview.yml"), "utf8"));
  assert.is(used.length, 6);
  assert.equal(
    used.filter((line) => !own.includes(line)),
    [],
  );
});

const names: readonly [folder: string, project: string][] = [
  ["history", "history"],
  ["My Playlists (2026)", "my-playlists-2026"],
  ["Ünï", "uni"],
  ["2026-lists", "lists"],
  ["playlake", "my-playlake"],
  ["typescript", "my-typescript"],
  ["aws-music", "my-aws-music"],
  [`ssm-${"long-".repeat(8)}`, "my-ssm-long-long-long-long-long-long-lon"],
  [`${"long-".repeat(8)}name`, "long-long-long-long-long-long-long-long"],
];

for (const [folder, project] of names) {
  test(title(`a folder ${folder} gives the project ${project}`), async () => {
    const { out } = await run(["init", folder, "--json"], { home });
    const written = { project, folder: path.join(home, folder), files: Object.keys(projectFiles) };
    assert.equal(JSON.parse(out), written);
    assert.match(readFileSync(path.join(home, folder, "Pulumi.yaml"), "utf8"), `name: ${project}\n`);
  });
}

test("what people have before they begin stays, and is not in the way", async () => {
  const before = [
    ".git/",
    ".gitattributes",
    ".vscode/",
    ".DS_Store",
    ".editorconfig",
    ".playlake/",
    "LICENSE",
    "LICENCE.md",
  ];
  const folder = folderWith("begun", ...before);

  const { exitCode, err } = await run(["init", "begun", "--quiet"], { home });

  assert.equal([exitCode, err], [0, ""]);
  assert.equal(filesBelow(folder), [...files, ...before.filter((name) => !name.endsWith("/"))].sort());
  assert.is(readFileSync(path.join(folder, "LICENSE"), "utf8"), "mine");
});

const refused: readonly [what: string, content: string[], found: string][] = [
  ["a README", ["README.md", ".git/"], "README.md"],
  ["a .gitignore", [".gitignore"], ".gitignore"],
  [
    "an installed package",
    ["package.json", "package-lock.json", "node_modules/"],
    "node_modules, package-lock.json, package.json",
  ],
  ["many files", ["a", "b", "c", "d", "e", "f", "g"], "a, b, c, d, e and 2 more"],
  ["a name that begins like a licence's", ["LICENSES/"], "LICENSES"],
];

for (const [what, content, found] of refused) {
  test(`init refuses a folder with ${what}`, async () => {
    const folder = folderWith(`with ${what}`, ...content);
    const executed = await run(["init", `with ${what}`], { home });
    const message = `${folder} is not empty: ${found}; name a new folder, such as my-playlists`;
    assert.equal(executed, { exitCode: 1, out: "", err: `playlake: init: ${message}\n` });
    assert.equal(readdirSync(folder).sort(), content.map((name) => name.replace("/", "")).sort());
  });
}

const rule = "expected lower-case letters, digits and dashes, a letter first, at most 40, such as my-playlists";
const wrong: readonly [words: string[], exitCode: number, message: string][] = [
  [["a", "b"], 2, '"b" is not expected here; one folder at a time'],
  [[""], 2, "the folder's name is empty"],
  [["new", "--name", "My Lists"], 2, `--name: got "My Lists", ${rule}`],
  [["new", "--name", "1st"], 2, `--name: got "1st", ${rule}`],
  [["new", "--name", ""], 2, `--name: got "", ${rule}`],
  [["new", "--name", "a".repeat(41)], 2, `--name: got "${"a".repeat(41)}", ${rule}`],
  [["new", "--name", "playlake"], 2, '--name: "playlake" is a package that the project installs'],
  [["new", "--name", "ssm"], 2, '--name: got "ssm": AWS refuses SSM parameters whose names begin with ssm'],
  [["2026"], 2, `no name follows from the folder ${path.join(home, "2026")}; give one with --name`],
  [["file"], 1, `${path.join(home, "file")} is not a folder`],
  [["file/below"], 1, `${path.join(home, "file/below")} is not a folder`],
];

for (const [words, exitCode, message] of wrong) {
  test(title(`init ${words.join(" ")} is refused`), async () => {
    writeFileSync(path.join(home, "file"), "");
    const executed = await run(["init", ...words], { home });
    const hint = exitCode === 2 ? "See playlake init --help.\n" : "";
    assert.equal(executed, { exitCode, out: "", err: `playlake: init: ${message}\n${hint}` });
    assert.not.ok(existsSync(path.join(home, "new")));
  });
}

test("playlake alone leads to init in an empty folder, not beside a lake", async () => {
  const empty = folderWith("empty", ".git/");
  const executed = await run([], { home: empty });
  const message =
    'this folder is empty; "npx playlake init" writes a project into it, "npx playlake run" runs with sample playlists';
  assert.equal(executed, { exitCode: 2, out: "", err: `playlake: ${message}\nSee playlake --help.\n` });
  assert.equal(readdirSync(empty), [".git"]);

  const withLake = folderWith("lake", ".playlake/");
  const { exitCode, err } = await run([], { home: withLake, env: { SPOTIFY_API_URL: "foo", SPOTIFY_CLIENT_ID: "id" } });
  assert.is(exitCode, 2);
  assert.not.match(err, "init");
});

test("a full disk leaves no part of a project, and what was there", async () => {
  const folder = folderWith("full", "LICENSE");
  const real = fs.writeFileSync;
  fs.writeFileSync = ((file: string, content: string) => {
    if (!file.includes("README.md")) return real(file, content);
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  }) as typeof real;
  const failed = await run(["init", "full"], { home }).finally(() => {
    fs.writeFileSync = real;
  });

  const message = `playlake: ${path.join(folder, "README.md")}: no space left on the disk (ENOSPC)\n`;
  assert.equal(failed, { exitCode: 1, out: "", err: message });
  assert.equal(readdirSync(folder), ["LICENSE"]);
  assert.is((await run(["init", "full"], { home })).exitCode, 0);
});

test.run();
