import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** The caller of an operation. */
export type Principal =
  /** A role; `session` is the last part of the ARN that messages show, by default `playlake`. */
  | { kind: "role"; arn: string; session?: string }
  /** An AWS service that acts for a resource, such as S3 for a bucket that notifies a function. */
  | { kind: "service"; service: string; sourceArn: string; sourceAccount: string }
  /** The account's owner, who may do everything that is not denied by a policy. */
  | { kind: "owner" };

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

const credentialPattern = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\//;
const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export function createSessions() {
  const sessions = new Map<string, { token: string; principal: Principal }>();

  return {
    open: (principal: Principal): Credentials => {
      const accessKeyId = `ASIA${Array.from(randomBytes(16), (byte) => base32[byte & 31]).join("")}`;
      const sessionToken = randomBytes(96).toString("base64");
      sessions.set(accessKeyId, { token: sessionToken, principal });
      return { accessKeyId, secretAccessKey: randomBytes(30).toString("base64"), sessionToken };
    },
    /**
     * The caller of a request by its `Authorization` header and session token; undefined if this run issued no such token. It
     * is random and never leaves the machine, so it proves the caller. The request's signature is not verified.
     */
    callerOf: ({ headers }: Pick<IncomingMessage, "headers">): Principal | undefined => {
      const session = sessions.get(credentialPattern.exec(headers.authorization ?? "")?.[1] ?? "");
      return session?.token === headers["x-amz-security-token"] ? session?.principal : undefined;
    },
  };
}
