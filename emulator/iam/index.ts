import type { Registered } from "../resources";
import { type Credentials, createSessions, type Principal, type Sessions } from "./credentials";
import { type AccessRequest, covers, type Principals, type Statement } from "./policy";
import { collectPolicies } from "./sources";

export type { Credentials, Principal } from "./credentials";

/** A call that no policy allowed, or that a policy denied. */
export interface Denied {
  /** The ARN or the service that called. */
  principal: string;
  action: string;
  resource: string;
  /** AWS's message. */
  message: string;
}

/** Thrown if a call is not allowed. Each service converts it to its own form of the error. */
export class AccessDenied extends Error {
  override readonly name = "AccessDenied";
  readonly code = "AccessDenied";
  constructor(readonly denied: Denied) {
    super(denied.message);
  }
}

/** Access management over the program's roles and policies. */
export interface Iam extends Pick<Sessions, "signerOf"> {
  /**
   * Credentials of a role for a service that the role trusts. They do not expire: a run's clock may jump by days.
   * @param options.session the session's name in messages, such as the function's name
   * @param options.context condition keys of the trust policy, such as `aws:SourceAccount`
   * @throws AccessDenied if the trust policy does not allow the service, or the role does not exist
   */
  assume(
    roleArn: string,
    service: string,
    options?: { session?: string; context?: Record<string, string> },
  ): Credentials;
  /** Credentials of the account's owner, for calls by the command line over HTTP. */
  own(): Credentials;
  /**
   * Returns if the call is allowed.
   * @param resource the ARN of the resource
   * @param context condition keys of the request, such as `s3:prefix`
   * @throws AccessDenied in AWS's wording; it is also added to `denied`
   */
  authorize(principal: Principal, action: string, resource: string, context?: Record<string, string>): void;
  /** Every refused call, in order. */
  readonly denied: Denied[];
}

/** The condition keys of every request. Loopback counts as TLS, since neither can be intercepted. */
const transport = { "aws:SecureTransport": "true" };

/**
 * Creates the access management that the program declares: policies of roles, trust policies, policies of buckets, queues
 * and secrets, and permissions of functions. An explicit Deny wins. Within the account, an Allow on either side is enough.
 * @throws one line for a policy that AWS would refuse or that is not evaluated
 */
export function createIam(resources: Registered[]): Iam {
  const { roles, resourcePolicies } = collectPolicies(resources);
  const sessions = createSessions();
  const denied: Denied[] = [];

  function deny(record: Denied): never {
    denied.push(record);
    throw new AccessDenied(record);
  }

  function reasonToRefuse(principal: Principal, action: string, resource: string, context: Record<string, string>) {
    const request: AccessRequest = { action, resource, context: contextOf(principal, context) };
    const own = principal.kind === "role" ? roles.get(principal.arn)?.statements : undefined;
    const identity = (own ?? []).filter((statement) => covers(statement, request));
    const service = principal.kind === "service" ? principal.service : undefined;
    const ofResource = (resourcePolicies.get(policyHolder(resource)) ?? []).filter(
      (statement) => names(statement.principals, service) && covers(statement, request),
    );
    if (identity.some(isDeny)) return "with an explicit deny in an identity-based policy";
    if (ofResource.some(isDeny)) return "with an explicit deny in a resource-based policy";
    if (principal.kind === "owner" || identity.length + ofResource.length > 0) return undefined;
    const side = principal.kind === "role" ? "identity" : "resource";
    return `because no ${side}-based policy allows the ${action} action`;
  }

  return {
    denied,
    assume: (roleArn, service, { session = "playlake", context = {} } = {}) => {
      const action = "sts:AssumeRole";
      const request = { action, resource: roleArn, context: lowerCaseKeys(context) };
      const statements = (roles.get(roleArn)?.trust ?? []).filter(
        (statement) => names(statement.principals, service) && covers(statement, request),
      );
      if (statements.length === 0 || statements.some(isDeny)) {
        const message = `User: ${service} is not authorized to perform: ${action} on resource: ${roleArn}`;
        deny({ principal: service, action, resource: roleArn, message });
      }
      return sessions.open({ kind: "role", arn: roleArn, session });
    },
    own: () => sessions.open({ kind: "owner" }),
    signerOf: sessions.signerOf,
    authorize: (principal, action, resource, context = {}) => {
      const reason = reasonToRefuse(principal, action, resource, context);
      if (reason === undefined) return;
      const who = principalName(principal);
      // Only S3 puts the resource in quotes.
      const what = action.startsWith("s3:") ? `"${resource}"` : resource;
      const message = `User: ${who} is not authorized to perform: ${action} on resource: ${what} ${reason}`;
      deny({ principal: who, action, resource, message });
    },
  };
}

function isDeny({ effect }: Statement): boolean {
  return effect === "Deny";
}

/** The resource that has the policy for `resource`: the bucket of an object, or itself. */
function policyHolder(resource: string): string {
  return /^arn:[^:]*:s3:/.test(resource) ? resource.split("/", 1)[0]! : resource;
}

/** Whether a statement names a service, if the caller is one, or anyone. */
function names(principals: Principals | undefined, service: string | undefined): boolean {
  return principals === "*" || (service !== undefined && principals?.includes(service) === true);
}

function contextOf(principal: Principal, context: Record<string, string>): ReadonlyMap<string, string> {
  return lowerCaseKeys({ ...transport, ...principalContext(principal), ...context });
}

function principalContext(principal: Principal): Record<string, string> {
  switch (principal.kind) {
    case "role":
      return { "aws:PrincipalArn": principal.arn, "aws:PrincipalAccount": accountOf(principal.arn) };
    case "service":
      return { "aws:SourceArn": principal.sourceArn, "aws:SourceAccount": principal.sourceAccount };
    case "owner":
      return {};
  }
}

function lowerCaseKeys(context: Record<string, string>): ReadonlyMap<string, string> {
  return new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
}

function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}

function principalName(principal: Principal): string {
  switch (principal.kind) {
    case "role": {
      const partition = principal.arn.split(":")[1];
      const roleName = principal.arn.slice(principal.arn.lastIndexOf("/") + 1);
      const session = principal.session ?? "playlake";
      return `arn:${partition}:sts::${accountOf(principal.arn)}:assumed-role/${roleName}/${session}`;
    }
    case "service":
      return principal.service;
    case "owner":
      return "the account's owner";
  }
}
