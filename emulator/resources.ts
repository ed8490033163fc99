/** One resource as the program registered it. */
export interface Registered {
  /** Its type token, such as `aws:s3/bucket:Bucket`. */
  type: string;
  /** Its logical name. */
  name: string;
  urn: string;
  /** The parent's URN; undefined for the stack. */
  parent?: string;
  /** Whether it stands for something in the cloud; a component does not. */
  custom: boolean;
  /** Every input resolved, secrets as plain values; paths inside archives are absolute. */
  inputs: Record<string, unknown>;
  /** The inputs, and what AWS would have added: `id`, `arn`, names and addresses. */
  outputs: Record<string, unknown>;
  /** What the engine is told beside the inputs. */
  options: { protect: boolean; retainOnDelete: boolean; dependencies: string[] };
}
