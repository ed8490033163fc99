// Checks and describes a release. Its workflow runs:
// npm run release -- check v1.2.0     refuses a tag that does not match the packages and the changelog
// npm run release -- notes [v1.2.0]   prints the release's notes; without a tag, those of what is not released yet
import { readFileSync } from "node:fs";
import path from "node:path";

const project = path.join(__dirname, "..");

/** What a release is checked against. */
export interface Release {
  /** The git tag, such as `v1.2.0`. */
  tag: string;
  /** The text of CHANGELOG.md. */
  changelog: string;
  /** The versions that must be the tag's, by file. */
  versions: Readonly<Record<string, string>>;
}

/** A changelog's section by the version in its heading, without the heading; undefined if there is none. */
function sectionOf(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => /^\[?([^\]\s]+)/.exec(text)?.[1] === version);
  return section?.slice(section.indexOf("\n")).trim();
}

/** What is wrong with a release, each with what to do; empty if nothing is. */
export function faultsOf({ tag, changelog, versions }: Release): string[] {
  const version = /^v(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/.exec(tag)?.[1];
  if (version === undefined) return [`the tag ${tag}: expected e.g. v1.2.0 or v1.2.0-rc.1`];
  const section = sectionOf(changelog, version);
  return [
    ...Object.entries(versions)
      .filter(([, found]) => found !== version)
      .map(([file, found]) => `${file} has version ${found}: set ${version}`),
    ...(section === undefined ? [`CHANGELOG.md has no heading "## ${version}": add it above the entries`] : []),
    ...(section === "" ? [`CHANGELOG.md has no entries under "## ${version}"`] : []),
    ...(sectionOf(changelog, "Unreleased") ? ['CHANGELOG.md has entries under "Unreleased": move them'] : []),
  ];
}

/**
 * A release's notes: its section of the changelog, as GitHub shows it.
 * @param tag undefined for the entries under "Unreleased"
 * @param repository the address of the sources, for links
 * @throws if the changelog has no such section
 */
export function notesOf(changelog: string, tag: string | undefined, repository: string): string {
  const version = tag?.replace(/^v/, "");
  const section = sectionOf(changelog, version ?? "Unreleased");
  if (section === undefined && tag !== undefined) throw new Error(`CHANGELOG.md has no heading "## ${version}"`);
  const install = version === undefined ? [] : [`Install: \`npm install playlake@${version}\``];
  const text = [...install, section || "Nothing."].join("\n\n");
  const linked = text.replace(/\]\((?!https?:|#)/g, `](${repository}/blob/${tag ?? "main"}/`);
  return `${unwrapped(linked)}\n`;
}

/** Markdown with each paragraph and list item on one line, since GitHub shows every line break of a release's notes. */
function unwrapped(markdown: string): string {
  const parts = markdown.split(/(^```.*?^```$)/ms);
  const isCode = (index: number) => index % 2 === 1;
  return parts
    .map((part, index) => (isCode(index) ? part : part.replace(/(?<=\S)\n *(?=[^\s#|>-])(?!\d+\. )/g, " ")))
    .join("");
}

function json(file: string) {
  return JSON.parse(readFileSync(path.join(project, file), "utf8"));
}

function main([action, tag]: readonly string[]): void {
  const changelog = readFileSync(path.join(project, "CHANGELOG.md"), "utf8");
  if (action === "notes") {
    const repository = json("package.json").repository.url.replace(/^git\+|\.git$/g, "");
    process.stdout.write(notesOf(changelog, tag, repository));
    return;
  }
  if (action !== "check" || tag === undefined)
    throw new Error("expected `check v1.2.0`, or `notes` with or without a tag");
  const files = ["package.json", "package-lock.json", "policy/package.json"];
  const versions = Object.fromEntries(files.map((file) => [file, json(file).version as string]));
  const faults = faultsOf({ tag, changelog, versions });
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}

if (require.main === module) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error(`release: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
