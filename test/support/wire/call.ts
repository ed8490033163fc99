import type { Principal } from "../../../emulator/iam";

/** A call as a service gets it: whose it is, and the input as JSON. */
export interface Call<Input = Record<string, unknown>> {
  readonly principal: Principal;
  readonly input: Input;
}

/** Operations of a service, by the names that the SDK sends. */
export type Operations = Readonly<Record<string, (call: Call<never>) => Promise<unknown>>>;

/** An error that goes over the wire under its AWS code. */
export function awsError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** A page of a list: the items from `token` on, and the token of the next page. */
export function pageOf<T>(items: readonly T[], token: string | undefined, size: number) {
  const from = Number(token ?? 0);
  const next = from + size;
  return { items: items.slice(from, next), nextToken: next < items.length ? String(next) : undefined };
}
