// docs/architecture.md, the linter's rules and the imports in the sources show one layout, in which imports go one way.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("layout");
const root = path.join(__dirname, "..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

/** The rows of the table of folders, in its order: name, contents, what may be imported. */
const rows = [...read("docs/architecture.md").matchAll(/^\| `([a-z]+)\/` \| (.*) \| (.*) \|$/gm)];
const folders = rows.map(([, name]) => name!);
/** Those that something else may import, and the command line. */
const layers = folders.slice(0, folders.indexOf("cli") + 1);

/** What a row of the table says about imports of other folders. */
function stated(name: string, text: string): string[] {
  const above = folders.slice(0, folders.indexOf(name));
  if (text.startsWith("all above") || text === "everything") return above;
  const four = text.startsWith("the four above") ? ["transforms", "spotify", "queries", "schedule"] : [];
  return [...four, ...Array.from(text.matchAll(/`([a-z]+)\/`/g), ([, folder]) => folder!)];
}

/** The folders that the linter lets each folder import. */
function linted(): Map<string, string[]> {
  const { overrides } = JSON.parse(read("biome.json")) as {
    overrides: { includes: string[]; linter: { rules: { style: { noRestrictedImports: Restriction } } } }[];
  };
  return new Map(
    overrides.map(({ includes: [glob = ""], linter }) => {
      const name = glob.replace("/**", "");
      const [{ group }] = linter.rules.style.noRestrictedImports.options.patterns;
      const isForbidden = (folder: string) =>
        [`../**/${folder}/**`, `../**/${folder}`].every((pattern) => group.includes(pattern));
      return [name, layers.filter((folder) => folder !== name && !isForbidden(folder))];
    }),
  );
}

interface Restriction {
  options: { patterns: [{ group: string[] }] };
}

/** The other folders that a folder's sources import, types included. */
function imported(name: string): string[] {
  const files = readdirSync(path.join(root, name), { recursive: true, encoding: "utf8" });
  const found = files
    .filter((file) => /\.[jt]s$/.test(file))
    .flatMap((file) => {
      const specifiers = read(path.join(name, file)).matchAll(/(?:from|import|require)[ (]+"(\.[^"]+)"/g);
      return Array.from(specifiers, ([, specifier]) => path.join(name, path.dirname(file), specifier!).split("/")[0]!);
    });
  return [...new Set(found)].filter((folder) => folder !== name && folders.includes(folder));
}

test("the linter forbids what the table of folders does not allow", () => {
  const rules = linted();
  for (const [, name = "", , text = ""] of rows.filter(([, one]) => rules.has(one!))) {
    assert.equal(rules.get(name)?.sort(), stated(name, text).sort(), name);
  }
  assert.equal([...rules.keys()].sort(), folders.filter((name) => name !== "cli").sort());
});

test("the sources import only what stands above them in the table", () => {
  for (const name of folders) {
    const above = layers.slice(0, folders.indexOf(name));
    assert.equal(
      imported(name).filter((folder) => !above.includes(folder)),
      [],
      name,
    );
  }
});

/** The arrows of the picture: each folder with those that it points to. */
function drawn(): Map<string, Set<string>> {
  const [, picture = ""] = /An arrow points.*?```text\n(.*?)```/s.exec(read("docs/architecture.md")) ?? [];
  const arrows = new Map<string, Set<string>>();
  const spans: { names: string[]; from: number; to: number }[] = [];
  for (const line of picture.split("\n")) {
    const corner = line.indexOf("\u2514");
    const above = spans.filter(({ from, to }) => from <= corner && corner <= to).at(-1);
    let before = corner < 0 ? [] : (above?.names ?? []);
    for (const { 0: words, index } of line.matchAll(/[a-z]+(?:, [a-z]+)*/g)) {
      const names = words.split(", ");
      for (const from of before) arrows.set(from, new Set([...(arrows.get(from) ?? []), ...names]));
      spans.push({ names, from: index, to: index + words.length });
      before = names;
    }
  }
  return arrows;
}

test("each arrow of the picture is an import, and each import is a path of arrows", () => {
  const arrows = drawn();
  const reached = (name: string): string[] => [...(arrows.get(name) ?? [])].flatMap((next) => [next, ...reached(next)]);
  for (const name of folders) {
    const imports = imported(name);
    const paths = reached(name);
    assert.equal(
      [
        imports.filter((folder) => !paths.includes(folder)),
        [...(arrows.get(name) ?? [])].filter((one) => !imports.includes(one)),
      ],
      [[], []],
      name,
    );
  }
});

test.run();
