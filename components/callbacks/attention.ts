/** What is read of Lambda's context. */
export interface InvocationContext {
  awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Of a function's time, the share from which on an invocation is near its timeout: beyond it, it is ended in the middle. */
const timeoutShare = 0.8;

/** Starts to measure an invocation's time; what it returns tells whether most of it is used up. */
export function watchTime(context: Pick<InvocationContext, "getRemainingTimeInMillis">): () => boolean {
  const wholeMs = context.getRemainingTimeInMillis();
  return () => context.getRemainingTimeInMillis() < wholeMs * (1 - timeoutShare);
}

/** The names of the causes that hold. */
export function causesOf(causes: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(causes).filter((cause) => causes[cause]);
}
