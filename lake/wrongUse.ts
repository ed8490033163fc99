/** An error in how the command was called: exit code 2. */
export function wrongUse(message: string): Error {
  return Object.assign(new Error(message), { code: "WRONG_USE" });
}
