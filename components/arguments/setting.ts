// How a setting is declared, and how a component's arguments are checked against a table of settings.
import * as pulumi from "@pulumi/pulumi";
import type { Transforms } from "../aws/innerResources";
import { nearest } from "./nearest";
import { type Problem, problemsError } from "./problems";
import { componentNameRule, problemsOf, type Rule } from "./rules";

/** A setting: the argument it accepts, and the value that the component uses. */
export interface Setting<Value, Given, Checked, IsRequired extends boolean> {
  readonly rule: Rule<Value>;
  readonly isRequired: IsRequired;
  /** The type of the argument, as documentation shows it. */
  readonly given: string;
  /** The default. Absent if it depends on something else: then the docstring's `@default` describes it. */
  readonly default?: Value;
  /** Checks an argument against the rule. Records problems in `check`. */
  read(property: string, given: Given | undefined, check: ArgumentCheck): Checked;
}

/** Settings by name, in the order of the documentation. */
export type Settings = Readonly<Record<string, Setting<unknown, unknown, unknown, boolean>>>;

type RequiredKeys<T extends Settings> = { [K in keyof T]: T[K]["isRequired"] extends true ? K : never }[keyof T];
type GivenOf<S> = S extends Setting<infer _V, infer Given, infer _C, infer _R> ? Given : never;

/** The arguments that a table of settings accepts. They keep the table's docstrings. */
export type ArgsOf<T extends Settings> = { [K in keyof Pick<T, RequiredKeys<T>>]: GivenOf<T[K]> } & {
  [K in keyof Omit<T, RequiredKeys<T>>]?: GivenOf<T[K]> | undefined;
};

/** The same arguments, checked, with defaults filled in. */
export type CheckedOf<T extends Settings> = {
  readonly [K in keyof T]: T[K] extends Setting<infer _V, infer _G, infer Checked, infer _R> ? Checked : never;
};

type InputOf<T> = [T] extends [readonly (infer Element)[]] ? pulumi.Input<pulumi.Input<Element>[]> : pulumi.Input<T>;
type WithDefault<T> = { readonly default: T };

/** A required value. */
export function required<T>(rule: Rule<T>): Setting<T, InputOf<T>, pulumi.Output<T>, true> {
  return {
    ...inputSetting(rule, true),
    read: (property, given, check) => check.input(property, given, rule) as pulumi.Output<T>,
  };
}

/** A required value that no message shows. */
export function secret(
  rule: Rule<string>,
): Setting<string, pulumi.Input<string>, pulumi.Output<string>, true> & { readonly isSecret: true } {
  return { ...required({ ...rule, isSecret: true }), isSecret: true };
}

/** A value with a default. */
export function optional<T>(
  rule: Rule<T>,
  byDefault: T,
): Setting<T, InputOf<T>, pulumi.Output<T>, false> & WithDefault<T> {
  return {
    ...inputSetting(rule, false),
    default: byDefault,
    read: (property, given, check) => check.input(property, given ?? byDefault, rule) as pulumi.Output<T>,
  };
}

/** An optional value. An output that resolves to undefined also counts as left out. */
export function absent<T>(rule: Rule<T>): Setting<T, pulumi.Input<T | undefined>, pulumi.Output<T | undefined>, false> {
  return {
    ...inputSetting(rule, false),
    read: (property, given, check) =>
      given == null ? pulumi.output(undefined) : check.input(property, given, rule, { isOptional: true }),
  };
}

/**
 * A value that decides which resources exist: without it some do not. It can be an output.
 * @param word a plain word that can replace it, such as `none`, and the rule for both
 */
export function switching<T, Off extends T = never>(
  rule: Rule<T>,
  word?: { rule: Rule<T>; off: Off },
): Setting<T, InputOf<T>, pulumi.Output<T> | Off | undefined, false> {
  const shown = word === undefined ? rule : { ...rule, example: word.rule.example };
  return {
    ...inputSetting(word?.rule ?? rule, false),
    read: (property, given, check) => {
      if (given == null) return undefined;
      if (word !== undefined && given === word.off) return word.off;
      return check.input(property, given, shown) as pulumi.Output<T>;
    },
  };
}

/** A plain value, known when the program runs, because it decides which resources exist. */
export function plain<T>(rule: Rule<T>, byDefault: T): Setting<T, T, T, false> & WithDefault<T> {
  return { ...plainSetting(rule, () => byDefault), default: byDefault };
}

/** A plain value whose default depends on something else. */
export function plainSetting<T, D extends T | undefined>(
  rule: Rule<T>,
  byDefault: () => D,
): Setting<T, T, T | D, false> {
  return {
    rule,
    isRequired: false,
    given: rule.type,
    read: (property, given, check) => {
      if (given == null) return byDefault();
      for (const problem of problemsOf(property, given, rule)) check.problem(problem);
      return given;
    },
  };
}

function inputSetting<T, IsRequired extends boolean>(rule: Rule<T>, isRequired: IsRequired) {
  const given = rule.type.endsWith("[]") ? `Input<Input<${rule.type.slice(0, -2)}>[]>` : `Input<${rule.type}>`;
  return { rule, isRequired, given };
}

/** Collects the problems of a component's arguments, so that one error names them all. */
export interface ArgumentCheck {
  /**
   * Checks the argument against its rule: a plain value at once, an output as soon as it is known and before it is used.
   * @param options `isOptional`: the output can resolve to undefined
   */
  input<T>(
    property: string,
    value: unknown,
    rule: Rule<T>,
    options?: { isOptional: boolean },
  ): pulumi.Output<T | undefined>;
  /** Records a problem, unless the property has one already. */
  problem(problem: Problem): void;
}

/**
 * Checks a component's name and arguments against its settings.
 * @param component such as `SpotifyExtractor`
 * @param also finds what no single rule can find, such as two arguments that contradict each other
 * @throws pulumi.RunError that names every problem of the plain values
 */
export function checkArguments<T extends Settings>(
  component: string,
  name: string,
  settings: T,
  args: object = {},
  also?: (checked: CheckedOf<T>, check: ArgumentCheck) => void,
): CheckedOf<T> {
  const nameProblems = problemsOf("name", name, componentNameRule);
  if (nameProblems.length > 0) throw problemsError(component, nameProblems);
  const subject = `${component} "${name}"`;
  const problems: Problem[] = unknownKeys(Object.keys(args), Object.keys(settings), "argument");
  const check = argumentCheck(subject, problems);
  const given = args as Readonly<Record<string, unknown>>;
  const entries = Object.entries(settings).map(([key, setting]) => [key, setting.read(key, given[key], check)]);
  const checked = Object.fromEntries(entries) as CheckedOf<T>;
  also?.(checked, check);
  if (problems.length > 0) throw problemsError(subject, problems);
  return checked;
}

function argumentCheck(subject: string, problems: Problem[]): ArgumentCheck {
  return {
    input<T>(property: string, value: unknown, rule: Rule<T>, { isOptional } = { isOptional: false }) {
      const find = (one: unknown) => (one == null && isOptional ? [] : problemsOf(property, one as T, rule));
      if (isPlain(value)) problems.push(...find(value));
      return pulumi.output(value as T | undefined).apply((resolved) => {
        const late = isPlain(value) ? [] : find(resolved);
        if (late.length > 0) throw problemsError(subject, late);
        return resolved as T | undefined;
      }) as pulumi.Output<T | undefined>;
    },
    problem(problem) {
      if (!problems.some(({ property }) => property === problem.property)) problems.push(problem);
    },
  };
}

/** Unknown keys are refused: a mistyped one would leave the default in force. */
export function unknownKeys(
  keys: readonly string[],
  known: readonly string[],
  what: "argument" | "setting",
): Problem[] {
  return keys
    .filter((key) => !known.includes(key))
    .map((property) => {
      const meant = nearest(property, known);
      const advice = meant === undefined ? `known are ${known.join(", ")}` : `did you mean ${meant}?`;
      return { property, fault: `there is no such ${what}`, advice };
    });
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  return !pulumi.Output.isInstance(value) && !(value instanceof Promise);
}

/** Hooks by the key of a resource inside the component. `T` names the resources' classes. */
export function transforms<T extends object>(): Setting<object, Transforms<T>, Transforms<T> | undefined, false> {
  const rule: Rule<object> = {
    type: "Transforms",
    example: "{ extractFunction: { memorySize: 2048 } }",
    fault: (value) =>
      typeof value === "object" && !pulumi.Output.isInstance(value) ? undefined : "it must be an object of hooks",
  };
  return plainSetting(rule, () => undefined) as ReturnType<typeof transforms<T>>;
}
