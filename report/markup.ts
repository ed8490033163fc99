/** Text that is already HTML. */
export interface Markup {
  readonly markup: string;
}

export type Part = Markup | string | number | undefined | readonly Part[];

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Characters that a document cannot contain: control characters (a line end becomes a space). */
export function cleaned(text: string): string {
  return text.replace(/[\t\n\f\r]+/g, " ").replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, "\ufffd");
}

function render(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "number") return number(part);
  if (typeof part === "string") return cleaned(part).replace(/[&<>"']/g, (character) => escapes[character] ?? "");
  if (isList(part)) return part.map(render).join("");
  return part.markup;
}

function isList(part: Markup | readonly Part[]): part is readonly Part[] {
  return Array.isArray(part);
}

/** HTML with texts put in, escaped: safe as an element's content and in a quoted attribute. Lists are joined. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: literals.reduce((before, literal, i) => `${before}${render(parts[i - 1])}${literal}`) };
}

/** Trusted text that is already HTML. */
export function raw(markup: string): Markup {
  return { markup };
}

/** Text from outside the project, isolated from its surroundings in its own writing direction. */
export function foreign(text: string): Markup {
  return html`<bdi dir="auto">${text}</bdi>`;
}

/** `1,234`. */
export function number(value: number): string {
  return value.toLocaleString("en-US");
}

/** `12.3 %`, with a space that does not break. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}\u00a0%`;
}
