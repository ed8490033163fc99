/** Cuts text from a table of cases to the length that a test's name can have: 79 characters. */
export function title(text: string): string {
  return text.length < 80 ? text : `${text.slice(0, 78)}…`;
}
