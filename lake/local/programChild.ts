// Runs the program in a child process, so that the command stays responsive and never loads Pulumi.
import { plainResult } from "./plainResult";
import { runProgram } from "./program";

/** The child process's answer. */
export type ChildAnswer =
  | { readonly result: unknown }
  | { readonly error: string; readonly stack?: string | undefined };

async function answer(config: Record<string, string>): Promise<ChildAnswer> {
  try {
    return { result: await plainResult(await runProgram({ config })) };
  } catch (error) {
    const { message, stack } = error as Error;
    return { error: message ?? String(error), stack };
  }
}

process.once("message", (config: Record<string, string>) => {
  void answer(config).then((message) => process.send?.(message, () => process.exit(0)));
});
// The command has ended.
process.once("disconnect", () => process.exit(0));
