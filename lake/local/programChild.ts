// Runs the program in a child process, so that the command stays responsive and never loads Pulumi.
import type { OwnProgram } from "./ownProgram";
import { plainResult, runProgram } from "./program";

/** The program to run. */
export interface ChildRequest {
  readonly config: Readonly<Record<string, string>>;
  readonly own: OwnProgram | undefined;
}

/** The child process's answer. */
export type ChildAnswer =
  | { readonly result: unknown }
  | { readonly error: string; readonly stack?: string | undefined };

async function answer(request: ChildRequest): Promise<ChildAnswer> {
  try {
    return { result: await plainResult(await runProgram(request)) };
  } catch (error) {
    const { message, stack } = error as Error;
    return { error: message ?? String(error), stack };
  }
}

process.once("message", (request: ChildRequest) => {
  void answer(request).then((message) => process.send?.(message, () => process.exit(0)));
});
// The command has ended.
process.once("disconnect", () => process.exit(0));
