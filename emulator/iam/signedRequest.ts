import type { IncomingMessage } from "node:http";
import type { Iam, Principal } from "./index";

/** Who signed a request, or why nobody known did. */
export type Signer =
  | { principal: Principal }
  | { problem: "unsigned" | "unknown key" | "wrong token"; accessKeyId: string };

const credentialPattern = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\//;

/**
 * The caller of a request by its `Authorization` header and session token. What proves the caller is the token, which is
 * random and never leaves the machine; the signature over the request is not computed again.
 */
export function signerOf(request: IncomingMessage, iam: Iam): Signer {
  const accessKeyId = credentialPattern.exec(request.headers.authorization ?? "")?.[1];
  if (accessKeyId === undefined) return { problem: "unsigned", accessKeyId: "" };
  const token = request.headers["x-amz-security-token"];
  const principal = iam.principalOf(accessKeyId, typeof token === "string" ? token : undefined);
  if (principal !== undefined) return { principal };
  return { problem: iam.knows(accessKeyId) ? "wrong token" : "unknown key", accessKeyId };
}
