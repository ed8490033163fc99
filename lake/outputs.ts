import type { Unwrap } from "@pulumi/pulumi";
import type { StackOutputs } from "../components/stack/outputs";

/** The exports of `index.ts`, with outputs resolved. */
type Exported = Unwrap<typeof import("../index")>;

/** Outputs as the program exports them: an absent optional one is null or undefined. */
type Nullable<T> = T extends string
  ? string
  : { [Name in keyof T]: Nullable<NonNullable<T[Name]>> | (undefined extends T[Name] ? null | undefined : never) };

/** The program's outputs without those that are null. Does not compile if the exports of `index.ts` differ. */
export function stackOutputs(exported: Record<string, unknown>): StackOutputs {
  return withoutNulls(exported as unknown as Exported);
}

function withoutNulls(exported: Nullable<StackOutputs>): StackOutputs {
  return Object.fromEntries(Object.entries(exported).filter(([, value]) => value !== null)) as unknown as StackOutputs;
}
