/** The part of Lambda's context that the handlers read. */
export interface InvocationContext {
  awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** An invocation is near its timeout once it has used this share of its time. At the timeout Lambda ends it in the middle. */
const timeoutShare = 0.8;

/** Starts to measure an invocation's time. The function that it returns is true once the invocation is near its timeout. */
export function watchTime(context: Pick<InvocationContext, "getRemainingTimeInMillis">): () => boolean {
  const wholeMs = context.getRemainingTimeInMillis();
  return () => context.getRemainingTimeInMillis() < wholeMs * (1 - timeoutShare);
}

/** The names of the causes that hold. */
export function causesOf(causes: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(causes).filter((cause) => causes[cause]);
}
