/** A variable of the function's environment; undefined if it is not set. */
export function optionalVariable(name: string): string | undefined {
  const value = process.env[name];
  return value === "" ? undefined : value;
}

/** A variable of the function's environment. @throws one line if it is not set */
export function variable(name: string): string {
  const value = optionalVariable(name);
  if (value === undefined) throw new Error(`the environment variable ${name} is not set`);
  return value;
}
