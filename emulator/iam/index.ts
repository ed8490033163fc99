import { randomBytes } from "node:crypto";
import type { Registered } from "../resources";
import { type AccessRequest, covers, type Principals, type Statement } from "./policy";
import { collectPolicies, type Role } from "./sources";

/** Who makes a call. */
export type Principal =
  /** A role; `session` is the last part of the ARN that messages show, by default `playlake`. */
  | { kind: "role"; arn: string; session?: string }
  /** An AWS service that acts for a resource, as S3 does for a bucket that notifies a function. */
  | { kind: "service"; service: string; sourceArn: string; sourceAccount: string }
  /** The person whose account it is: may do everything that no policy denies. */
  | { kind: "owner" };

/** A call that no policy allowed, or that one denied. */
export interface Denied {
  /** The ARN or the service that called. */
  principal: string;
  action: string;
  resource: string;
  /** AWS's sentence. */
  message: string;
}

/** Temporary credentials, in the shape in which the SDK takes them. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Thrown where a call is not allowed; services turn it into their own form of the error. */
export class AccessDenied extends Error {
  override readonly name = "AccessDenied";
  readonly code = "AccessDenied";
  constructor(readonly denied: Denied) {
    super(denied.message);
  }
}

/** Access management over the program's roles and policies. */
export interface Iam {
  /**
   * Credentials of a role for a service that the role trusts. They don't expire: a run's clock may jump by days.
   * @param options.session the session's name in messages, such as the function's name.
   * @param options.context condition keys of the trust policy, such as `aws:SourceAccount`.
   * @throws AccessDenied where the trust policy doesn't let the service in, or there is no such role.
   */
  assume(
    roleArn: string,
    service: string,
    options?: { session?: string; context?: Record<string, string> },
  ): Credentials;
  /** Credentials of the account's owner, for the command line's own calls over HTTP. */
  own(): Credentials;
  /** Whose credentials these are; undefined for made-up ones, and where the session token is missing or wrong. */
  principalOf(accessKeyId: string, sessionToken: string | undefined): Principal | undefined;
  /** Whether the access key exists at all, for services that tell a wrong key from a wrong token. */
  knows(accessKeyId: string): boolean;
  /**
   * Returns where the call is allowed.
   * @param resource the ARN of what is touched.
   * @param context condition keys of the request, such as `s3:prefix`.
   * @throws AccessDenied in AWS's wording; it is also kept in `denied`.
   */
  authorize(principal: Principal, action: string, resource: string, context?: Record<string, string>): void;
  /** The same question without an error and without a record. */
  allows(principal: Principal, action: string, resource: string, context?: Record<string, string>): boolean;
  /** Every refused call, in order. */
  readonly denied: Denied[];
}

/** What every request carries here; loopback stands for TLS, which no one can listen in on either. */
const transport = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" };

/**
 * Access management as the program declares it: roles' own policies, trust, the policies of buckets, queues and secrets,
 * and the permissions of functions. An explicit Deny wins; within the account either side's Allow is enough.
 * @throws one line, for a policy that AWS would refuse and for what is not evaluated.
 */
export function createIam(resources: Registered[]): Iam {
  const { roles, resourcePolicies } = collectPolicies(resources);
  const sessions = new Map<string, { token: string; principal: Principal }>();
  const denied: Denied[] = [];

  function deny(record: Denied): never {
    denied.push(record);
    throw new AccessDenied(record);
  }

  function openSession(principal: Principal): Credentials {
    const credentials = makeCredentials();
    sessions.set(credentials.accessKeyId, { token: credentials.sessionToken, principal });
    return credentials;
  }

  function reasonToRefuse(principal: Principal, action: string, resource: string, context: Record<string, string>) {
    const request: AccessRequest = { action, resource, context: contextOf(principal, context) };
    const identity = identityStatements(principal, roles).filter((statement) => covers(statement, request));
    const ofResource = (resourcePolicies.get(policyHolder(resource)) ?? []).filter((statement) =>
      covers(statement, request),
    );
    if (identity.some(isDeny)) return "with an explicit deny in an identity-based policy";
    if (ofResource.some((statement) => isDeny(statement) && names(statement.principals, principal))) {
      return "with an explicit deny in a resource-based policy";
    }
    const allowed =
      principal.kind === "owner" ||
      identity.length > 0 ||
      ofResource.some((statement) => !isDeny(statement) && grants(statement.principals, principal));
    if (allowed) return undefined;
    const side = principal.kind === "role" ? "identity" : "resource";
    return `because no ${side}-based policy allows the ${action} action`;
  }

  return {
    denied,
    assume: (roleArn, service, { session = "playlake", context = {} } = {}) => {
      const action = "sts:AssumeRole";
      const statements = (roles.get(roleArn)?.trust ?? []).filter(
        (statement) =>
          statement.principals !== undefined &&
          (statement.principals.anyone || statement.principals.services.includes(service)) &&
          covers(statement, { action, resource: roleArn, context: lowerCaseKeys(context) }),
      );
      if (statements.length === 0 || statements.some(isDeny)) {
        const message = `User: ${service} is not authorized to perform: ${action} on resource: ${roleArn}`;
        deny({ principal: service, action, resource: roleArn, message });
      }
      return openSession({ kind: "role", arn: roleArn, session });
    },
    own: () => openSession({ kind: "owner" }),
    principalOf: (accessKeyId, sessionToken) => {
      const found = sessions.get(accessKeyId);
      return found !== undefined && found.token === sessionToken ? found.principal : undefined;
    },
    knows: (accessKeyId) => sessions.has(accessKeyId),
    authorize: (principal, action, resource, context = {}) => {
      const reason = reasonToRefuse(principal, action, resource, context);
      if (reason === undefined) return;
      const who = principalName(principal);
      // S3 alone puts the resource in quotes.
      const what = action.startsWith("s3:") ? `"${resource}"` : resource;
      const message = `User: ${who} is not authorized to perform: ${action} on resource: ${what} ${reason}`;
      deny({ principal: who, action, resource, message });
    },
    allows: (principal, action, resource, context = {}) =>
      reasonToRefuse(principal, action, resource, context) === undefined,
  };
}

function isDeny({ effect }: Statement): boolean {
  return effect === "Deny";
}

function identityStatements(principal: Principal, roles: ReadonlyMap<string, Role>): readonly Statement[] {
  return principal.kind === "role" ? (roles.get(principal.arn)?.statements ?? []) : [];
}

/** The resource whose policy speaks of `resource`: the bucket of an object, the function of a version, else itself. */
function policyHolder(resource: string): string {
  const [, , service = ""] = resource.split(":", 3);
  if (service === "s3") return resource.split("/", 1)[0]!;
  if (service === "lambda") return resource.split(":").slice(0, 7).join(":");
  return resource;
}

/** Whether a statement names this principal at all, itself or by its account. */
function names(principals: Principals | undefined, principal: Principal): boolean {
  if (grants(principals, principal)) return true;
  if (principals === undefined || principal.kind === "service") return false;
  const accounts = principals.aws.map((entry) => /^(?:arn:[^:]*:iam::)?(\d{12})(?::root)?$/.exec(entry)?.[1]);
  return principal.kind === "owner"
    ? accounts.some((account) => account !== undefined)
    : accounts.includes(accountOf(principal.arn));
}

/** Whether an Allow for these principals is enough by itself: one for the account only hands the question to its roles. */
function grants(principals: Principals | undefined, principal: Principal): boolean {
  if (principals === undefined) return false;
  if (principals.anyone) return true;
  if (principal.kind === "service") return principals.services.includes(principal.service);
  return principal.kind === "role" && principals.aws.includes(principal.arn);
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

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function makeCredentials(): Credentials {
  return {
    accessKeyId: `ASIA${Array.from(randomBytes(16), (byte) => base32[byte & 31]).join("")}`,
    secretAccessKey: randomBytes(30).toString("base64"),
    sessionToken: randomBytes(96).toString("base64"),
  };
}
