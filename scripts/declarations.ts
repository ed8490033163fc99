// Reads the components' sources: settings, outputs and methods with their docstrings.
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import ts from "typescript";

/** A property or method of an interface or class, as declared. */
export interface Declared {
  name: string;
  /** The type's text in the source, on one line; a method's parameters and result. */
  type: string;
  isRequired: boolean;
  /** The docstring without its tags, on one line. */
  text: string;
  /** The text of `@default`. */
  default?: string;
}

/** An interface or class of `components/`. */
export interface DeclaredType {
  text: string;
  /** Public members in source order, then those of the extended interfaces. */
  members: Declared[];
}

const folder = path.join(__dirname, "..", "components");

/** Reads the interfaces and classes of `components/` by their names. */
export function readDeclarations(): Map<string, DeclaredType> {
  const nodes = new Map<string, ts.InterfaceDeclaration | ts.ClassDeclaration>();
  for (const node of statements()) {
    if ((ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) && node.name) nodes.set(node.name.text, node);
  }
  return new Map([...nodes].map(([name, node]) => [name, { text: docOf(node).text, members: membersOf(node, nodes) }]));
}

/**
 * Reads the docstrings of the settings of `components/arguments/` and `components/stack/`, by table and setting:
 * `extractorSettings`, `market`. Settings that are spread into a table belong to it. A setting that refers to another table's by name has
 * that setting's docstring.
 */
export function readSettingDocs(): Map<string, Map<string, SettingDoc>> {
  const tables = new Map<string, Map<string, SettingDoc>>();
  for (const node of statements("arguments/settings.ts", "stack/settings.ts")) {
    if (!ts.isVariableStatement(node)) continue;
    for (const { name, initializer } of node.declarationList.declarations) {
      if (initializer === undefined || !ts.isObjectLiteralExpression(initializer)) continue;
      tables.set(name.getText(), new Map(initializer.properties.flatMap((property) => settingDocs(property, tables))));
    }
  }
  return tables;
}

/** A setting's docstring without tags, and the text of its `@default`. */
export type SettingDoc = Pick<Declared, "text" | "default">;

function settingDocs(
  property: ts.ObjectLiteralElementLike,
  tables: ReadonlyMap<string, ReadonlyMap<string, SettingDoc>>,
): (readonly [string, SettingDoc])[] {
  if (ts.isSpreadAssignment(property)) return [...(tables.get(property.expression.getText()) ?? [])];
  if (!ts.isPropertyAssignment(property)) return [];
  const [table = "", setting = ""] = property.initializer.getText().split(".");
  return [[property.name.getText(), tables.get(table)?.get(setting) ?? docOf(property)]];
}

function statements(...only: string[]): ts.Statement[] {
  const files = only.length === 0 ? sourceFiles() : only;
  return files.flatMap((file) => {
    const text = readFileSync(path.join(folder, file), "utf8");
    return [...ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true).statements];
  });
}

function sourceFiles(): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  return files.sort();
}

function membersOf(
  node: ts.InterfaceDeclaration | ts.ClassDeclaration,
  nodes: ReadonlyMap<string, ts.InterfaceDeclaration | ts.ClassDeclaration>,
): Declared[] {
  const own = (node.members as ts.NodeArray<ts.ClassElement | ts.TypeElement>).flatMap(declaredOf);
  const bases = (ts.isInterfaceDeclaration(node) ? (node.heritageClauses ?? []) : []).flatMap(({ types }) => [
    ...types,
  ]);
  return [
    ...own,
    ...bases.flatMap(({ expression }) => {
      const base = nodes.get(expression.getText());
      return base === undefined ? [] : membersOf(base, nodes);
    }),
  ];
}

function declaredOf(member: ts.ClassElement | ts.TypeElement): Declared[] {
  if (
    ts.canHaveModifiers(member) &&
    ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)
  ) {
    return [];
  }
  const isMethod = ts.isMethodDeclaration(member);
  if (!isMethod && !ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) return [];
  const oneLine = (text = "") => text.replace(/\s+/g, " ").trim();
  const parameters = isMethod
    ? `(${member.parameters.map((parameter) => oneLine(parameter.getText())).join(", ")}): `
    : "";
  return [
    {
      name: member.name.getText(),
      type: parameters + oneLine(member.type?.getText()),
      isRequired: member.questionToken === undefined,
      ...docOf(member),
    },
  ];
}

function docOf(node: ts.Node): { text: string; default?: string } {
  const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();
  const docs = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = oneLine(docs.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "").join(" "));
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === "default");
  return tag === undefined ? { text } : { text, default: oneLine(ts.getTextOfJSDocComment(tag.comment) ?? "") };
}
