/** Policy documents, read for the rules. */
import { list } from "./rule";

export interface Statement {
  Effect?: unknown;
  Action?: string | string[];
  NotAction?: unknown;
  Resource?: string | string[];
  Principal?: unknown;
  Condition?: unknown;
}

/** The statements of a document, given as JSON or as an object; undefined if it is not known. */
export function documentOf(policy: unknown): readonly Statement[] | undefined {
  const document = typeof policy === "string" ? parsed(policy) : policy;
  if (document === null || typeof document !== "object") return undefined;
  return list((document as { Statement?: Statement | Statement[] }).Statement);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
