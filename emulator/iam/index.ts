import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Registered } from "../resources";
import { type AccessRequest, covers, type Statement } from "./policy";
import { collectPolicies } from "./sources";

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

/** A call that no policy allowed, or that a policy denied. */
export interface Denied {
  principal: string;
  action: string;
  resource: string;
  message: string;
}

/** Thrown if a call is not allowed. Each service converts it to its own form of the error. */
export class AccessDenied extends Error {
  override readonly name = "AccessDenied";
  readonly code = "AccessDenied";
  readonly status = 403;
}

/** The condition keys of every request. Loopback counts as TLS, since neither can be intercepted. */
const transport = { "aws:SecureTransport": "true" };

export type Iam = ReturnType<typeof createIam>;

/**
 * Creates the access management that the program declares: policies of roles, trust policies, policies of buckets, queues
 * and secrets, and permissions of functions. An explicit Deny wins. Within the account, an Allow on either side is enough.
 * @throws one line for a policy that AWS would refuse or that is not evaluated
 */
export function createIam(resources: readonly Registered[]) {
  const { roles, resourcePolicies } = collectPolicies(resources);
  const sessions = createSessions();
  const denied: Denied[] = [];

  /** @returns AWS's message */
  function record(principal: string, action: string, resource: string, what: string): string {
    const message = `User: ${principal} is not authorized to ${what}`;
    denied.push({ principal, action, resource, message });
    return message;
  }

  function reasonToRefuse(principal: Principal, action: string, resource: string, context: Record<string, string>) {
    const request: AccessRequest = {
      action,
      resource,
      context: lowerCaseKeys({ ...transport, ...about(principal).context, ...context }),
    };
    const own = principal.kind === "role" ? roles.get(principal.arn)?.statements : undefined;
    const identity = (own ?? []).filter((statement) => covers(statement, request));
    const service = principal.kind === "service" ? principal.service : undefined;
    const ofResource = applying(resourcePolicies.get(policyHolder(resource)), service, request);
    if (identity.some(isDeny)) return "with an explicit deny in an identity-based policy";
    if (ofResource.some(isDeny)) return "with an explicit deny in a resource-based policy";
    if (principal.kind === "owner" || identity.length + ofResource.length > 0) return undefined;
    const side = principal.kind === "role" ? "identity" : "resource";
    return `because no ${side}-based policy allows the ${action} action`;
  }

  function refusal(principal: Principal, action: string, resource: string, context: Record<string, string> = {}) {
    const reason = reasonToRefuse(principal, action, resource, context);
    if (reason === undefined) return undefined;
    // Only S3 puts the resource in quotes.
    const what = action.startsWith("s3:") ? `"${resource}"` : resource;
    return record(about(principal).name, action, resource, `perform: ${action} on resource: ${what} ${reason}`);
  }

  return {
    denied: denied as readonly Denied[],
    /**
     * Credentials of a role for a service that the role trusts. They do not expire: a run's clock may jump by days.
     * @param options.session the session's name in messages, such as the function's name
     * @param options.context condition keys of the trust policy, such as `aws:SourceAccount`
     * @throws AccessDenied if the trust policy does not allow the service, or the role does not exist
     */
    assume: (
      roleArn: string,
      service: string,
      options: { session?: string; context?: Record<string, string> } = {},
    ): Credentials => {
      const { session = "playlake", context = {} } = options;
      const action = "sts:AssumeRole";
      const request = { action, resource: roleArn, context: lowerCaseKeys(context) };
      const statements = applying(roles.get(roleArn)?.trust, service, request);
      if (statements.length === 0 || statements.some(isDeny)) {
        throw new AccessDenied(record(service, action, roleArn, `perform: ${action} on resource: ${roleArn}`));
      }
      return sessions.open({ kind: "role", arn: roleArn, session });
    },
    /** Credentials of the account's owner, for calls by the command line over HTTP. */
    own: (): Credentials => sessions.open({ kind: "owner" }),
    callerOf: sessions.callerOf,
    /**
     * Returns if the call is allowed.
     * @param call the principal, the action, the resource's ARN, and condition keys of the request such as `s3:prefix`
     * @throws AccessDenied in AWS's wording; it is also added to `denied`
     */
    authorize: (...call: Parameters<typeof refusal>): void => {
      const refused = refusal(...call);
      if (refused !== undefined) throw new AccessDenied(refused);
    },
    /** Whether the call is allowed, for callers that run on without it. A refusal is added to `denied`. */
    allows: (...call: Parameters<typeof refusal>): boolean => refusal(...call) === undefined,
  };
}

function isDeny({ effect }: Statement): boolean {
  return effect === "Deny";
}

/** The resource that has the policy for `resource`: the bucket of an object, or itself. */
function policyHolder(resource: string): string {
  return /^arn:[^:]*:s3:/.test(resource) ? resource.split("/", 1)[0]! : resource;
}

/** The statements of a resource's policy that apply to a request of anyone, or of a service if the caller is one. */
function applying(policy: readonly Statement[] = [], service: string | undefined, request: AccessRequest): Statement[] {
  const names = (principals: Statement["principals"]) =>
    principals === "*" || (service !== undefined && principals?.includes(service) === true);
  return policy.filter((statement) => names(statement.principals) && covers(statement, request));
}

function lowerCaseKeys(context: Record<string, string>): ReadonlyMap<string, string> {
  return new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
}

/** A principal's name in messages, and the condition keys that it adds to its requests. */
function about(principal: Principal): { name: string; context: Record<string, string> } {
  if (principal.kind === "owner") return { name: "the account's owner", context: {} };
  if (principal.kind === "service") {
    const { service, sourceArn, sourceAccount } = principal;
    return { name: service, context: { "aws:SourceArn": sourceArn, "aws:SourceAccount": sourceAccount } };
  }
  const { arn, session = "playlake" } = principal;
  const [, partition, , , account = ""] = arn.split(":");
  const name = `arn:${partition}:sts::${account}:assumed-role/${arn.slice(arn.lastIndexOf("/") + 1)}/${session}`;
  return { name, context: { "aws:PrincipalArn": arn, "aws:PrincipalAccount": account } };
}

const credentialPattern = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\//;
const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function createSessions() {
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
