// The components with their arguments and outputs, each with its docstring.
import type { Settings } from "../components/arguments/setting";
import { catalogSettings, extractorSettings, transformerSettings } from "../components/arguments/settings";
import { type Declared, type DeclaredType, readDeclarations, readSettingDocs } from "./declarations";

/** One component of the package. */
export interface DocumentedComponent {
  name: string;
  text: string;
  settings: Settings;
  /** In the order of the settings. */
  arguments: Declared[];
  outputs: Declared[];
  methods: Declared[];
}

const tables = [
  ["SpotifyExtractor", "extractorSettings", extractorSettings],
  ["PlaylistTransformer", "transformerSettings", transformerSettings],
  ["AthenaCatalog", "catalogSettings", catalogSettings],
] as const;

/** Reads the three components. @throws if an argument or output has no docstring */
export function documentedComponents(): DocumentedComponent[] {
  const docs = readSettingDocs();
  return tables.map(([name, table, settings]) => {
    const { text, members } = documentedType(name);
    const isMethod = ({ type }: Declared) => type.startsWith("(");
    const settingDocs = Object.entries(settings as Settings).map(([setting, { given, isRequired }]) => {
      const doc = docs.get(table)?.get(setting);
      return documented({ name: setting, type: given, isRequired, text: "", ...doc });
    });
    return {
      name,
      text,
      settings,
      arguments: settingDocs,
      outputs: members.filter((member) => !isMethod(member)).map(documented),
      methods: members.filter(isMethod).map(documented),
    };
  });
}

let declarations: Map<string, DeclaredType> | undefined;

/** An interface or class of `components/`. @throws if there is no such type */
export function documentedType(name: string): DeclaredType {
  declarations ??= readDeclarations();
  const found = declarations.get(name);
  if (found === undefined) throw new Error(`components/ declares no ${name}`);
  return found;
}

function documented(member: Declared): Declared {
  if (member.text === "") throw new Error(`${member.name}: no docstring`);
  return member;
}
