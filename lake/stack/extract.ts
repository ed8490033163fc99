import type { DayResult } from "../../spotify/extract";
import type { Stack } from "./index";

/** What became of a run of the extractor. */
export type Extracted = { readonly result: DayResult } | { readonly failure: string };

/**
 * Runs the extractor now and waits for its end, as long as a function may run. Nothing is tried again: what was stored
 * stays, and a second run goes on with the rest.
 */
export async function extractNow({ clients, outputs }: Stack): Promise<Extracted> {
  const { sdk, client } = clients.lambda();
  const { extractFunction: FunctionName } = outputs;
  const Payload = Buffer.from(JSON.stringify({ source: "playlake run" }));
  const answer = await client.send(new sdk.InvokeCommand({ FunctionName, InvocationType: "RequestResponse", Payload }));
  const payload: unknown = JSON.parse(Buffer.from(answer.Payload ?? []).toString() || "null");
  if (answer.FunctionError === undefined) return { result: payload as DayResult };
  const { errorMessage, errorType } = (payload ?? {}) as { errorMessage?: string; errorType?: string };
  return { failure: `${FunctionName}: ${errorMessage ?? errorType ?? answer.FunctionError}` };
}
