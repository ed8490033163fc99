/** A failed function's error, in one line. */
export function failureText(payload: unknown, functionError: string): string {
  const { errorMessage, errorType } = (payload ?? {}) as { errorMessage?: string; errorType?: string };
  return (errorMessage ?? errorType ?? functionError).split("\n")[0] ?? functionError;
}

/** A function's result, or why it failed, in one line. */
export type FunctionAnswer<T> = { readonly done: T } | { readonly failure: string };

export function functionAnswer<T>(payload: unknown, functionError: string | undefined): FunctionAnswer<T> {
  return functionError === undefined ? { done: payload as T } : { failure: failureText(payload, functionError) };
}

/** What failed, each cause once: one line, or a first line with one line per cause below it. */
export function failureOf(what: string, causes: readonly string[]): string | undefined {
  const [first, ...more] = new Set(causes);
  if (first === undefined) return undefined;
  return [`${what}: ${first}`, ...more.map((cause) => `  ${cause}`)].join("\n");
}

/** An error in how the command was called: exit code 2. */
export function wrongUse(message: string): Error {
  return Object.assign(new Error(message), { code: "WRONG_USE" });
}
