// The parts of the comment, each empty if nothing in it has changed.
import { differing, type PropertyChange, propertyChanges, type ResourceChange } from "./changes";
import type { ArchiveFacts, ProgramFacts } from "./facts";
import { fenced, inlineCode, limited } from "./markdown";
import { type Permissions, statementLines, without } from "./permissions";

/** The most that a section takes of the comment. */
const maxSectionBytes = 10_000;
const maxProperties = 12;

const whole = (value: number) => value.toLocaleString("en");
const dollars = (value: number) => `$${value.toFixed(2)}`;

/** How much of everything there is, beside the base's. */
export function summaryRows(base: ProgramFacts | undefined, now: ProgramFacts): string[] {
  type Row = [what: string, of: (facts: ProgramFacts) => number | undefined];
  const rows: Row[] = [
    ["resources", ({ resources }) => Object.keys(resources).length],
    ["statements of permissions", ({ permissions }) => Object.values(permissions).flat().length],
    ...Object.keys({ ...base?.archives, ...now.archives })
      .sort()
      .slice(0, 10)
      .map((name): Row => [`zip of ${inlineCode(name)}, bytes`, ({ archives }) => archives[name]?.bytes]),
  ];
  const shown = (value: number | undefined) => (value === undefined ? "" : whole(value));
  if (base === undefined)
    return ["| | this branch |", "| --- | ---: |", ...rows.map(([what, of]) => `| ${what} | ${shown(of(now))} |`)];
  return [
    "| | base | this branch | change |",
    "| --- | ---: | ---: | ---: |",
    ...rows.map(([what, of]) => `| ${what} | ${shown(of(base))} | ${shown(of(now))} | ${change(of(base), of(now))} |`),
  ];
}

function change(before: number | undefined, now: number | undefined): string {
  if (before === undefined || now === undefined) return before === undefined ? "new" : "gone";
  return before === now ? "" : signed(now - before, whole);
}

function signed(difference: number, show: (value: number) => string): string {
  return `${difference < 0 ? "-" : "+"}${show(Math.abs(difference))}`;
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [`**${title}**`, "", ...fenced(limited(lines, maxSectionBytes).join("\n"), "diff"), ""];
}

const marks = { create: "+", update: "!", replace: "!", delete: "-" } as const;
const order = ["replace", "delete", "create", "update"];

/** Resources by what would happen to them, the irreversible first. */
export function resourceSection(changes: readonly ResourceChange[]): string[] {
  const sorted = [...changes].sort((one, other) => order.indexOf(one.action) - order.indexOf(other.action));
  const lines = sorted.flatMap(({ action, type, name, properties }) => {
    const more =
      properties.length > maxProperties ? [`      and ${properties.length - maxProperties} more properties`] : [];
    return [
      `${marks[action]} ${action} ${kindOf(type)} ${name}`,
      ...properties.slice(0, maxProperties).map(propertyLine),
      ...more,
    ];
  });
  return section("Resources", lines);
}

/** `aws:lambda/function:Function` as `lambda.Function`. */
function kindOf(type: string): string {
  return type.replace(/^aws:(\w+)\/\w+:/, "$1.");
}

/** Where the differences of these are shown. */
const elsewhere: Readonly<Record<string, string>> = {
  policy: "see Permissions",
  assumeRolePolicy: "see Permissions",
  code: "see Archives",
};

function propertyLine({ path, before, after, isReplacing }: PropertyChange): string {
  const values = elsewhere[path] ?? valuesOf({ before, after });
  return `      ${path}: ${values}${isReplacing ? "  (this replaces it)" : ""}`;
}

function valuesOf({ before, after }: Pick<PropertyChange, "before" | "after">): string {
  return `${before ?? "(not set)"} → ${after ?? "(not set)"}`;
}

/** Statements that came or went, by holder. */
export function permissionSection(before: Permissions, after: Permissions): string[] {
  const lines = differing(before, after).flatMap((holder) => {
    const [gone, come] = [without(before[holder], after[holder]), without(after[holder], before[holder])];
    const changes = [
      ...statementLines(gone).map((line) => `- ${line}`),
      ...statementLines(come).map((line) => `+ ${line}`),
    ];
    return changes.length === 0 ? [] : [`# ${holder}`, ...changes];
  });
  return section("Permissions", lines);
}

const noArchive: ArchiveFacts = { bytes: 0, files: {}, settings: {} };

/** Files and settings that differ, by function. */
export function archiveSection(before: ProgramFacts["archives"], after: ProgramFacts["archives"]): string[] {
  const lines = differing(before, after).flatMap((name) => {
    const [old, now] = [before[name] ?? noArchive, after[name] ?? noArchive];
    const files = differing(old.files, now.files).map((file) => {
      const [was, is] = [old.files[file], now.files[file]];
      return was === undefined ? `+     ${file}` : is === undefined ? `-     ${file}` : `!     ${file}`;
    });
    const settings = propertyChanges(old.settings, now.settings);
    return [
      `# ${name}: ${whole(old.bytes)} → ${whole(now.bytes)} bytes`,
      ...files,
      ...settings.map((setting) => `      setting ${setting.path}: ${valuesOf(setting)}`),
    ];
  });
  return section("Archives", lines);
}

/** The monthly cost's difference by service, at list price. */
export function costSection(before: ProgramFacts["cost"], after: ProgramFacts["cost"]): string[] {
  const scenarios = Object.keys(after);
  const parts = [...new Set(scenarios.flatMap((scenario) => Object.keys({ ...before[scenario], ...after[scenario] })))];
  const difference = (scenario: string, part: string) =>
    (after[scenario]?.[part] ?? 0) - (before[scenario]?.[part] ?? 0);
  const cell = (value: number) => (dollars(Math.abs(value)) === "$0.00" ? "" : signed(value, dollars));
  const rows = parts
    .map((part) => [part, ...scenarios.map((scenario) => cell(difference(scenario, part)))])
    .filter(([, ...cells]) => cells.some((text) => text !== ""));
  if (rows.length === 0) return [];
  return [
    "**Cost: the difference in dollars a month at list price**",
    "",
    `| | ${scenarios.join(" | ")} |`,
    `| --- |${" ---: |".repeat(scenarios.length)}`,
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
    "",
  ];
}
