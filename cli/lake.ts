import type { Answer } from "./table";

/** Something that answers SQL over the lake: this machine's, or a stack's. */
export interface Lake {
  /**
   * Runs one statement that reads.
   * @throws one line
   */
  query(sql: string): Promise<Answer>;
  /**
   * The SQL of a query that the stack deploys.
   * @throws one line that names those there are
   */
  namedQuery(name: string): string | Promise<string>;
  close(): void;
}
