/** Buckets, queues, logs. */
import type { Policies, PolicyResource } from "@pulumi/policy";
import { documentOf } from "./documents";
import { at, isA, list, type Props, refersTo, resourceRule, stackRule } from "./rule";

const blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

function settingsOf(bucket: PolicyResource, all: readonly PolicyResource[], type: string): readonly PolicyResource[] {
  return all.filter((resource) => isA(resource.type, type) && refersTo(resource, "bucket", bucket, "bucket"));
}

function refusesPlainHttp({ props }: PolicyResource): boolean {
  return (documentOf(props.policy) ?? []).some(
    ({ Effect, Principal, Condition }) =>
      Effect === "Deny" && Principal === "*" && `${at(Condition, "Bool.aws:SecureTransport")}` === "false",
  );
}

const needed: readonly [type: string, why: string][] = [
  ["BucketPublicAccessBlock", "add an aws.s3.BucketPublicAccessBlock with all four settings"],
  ["BucketOwnershipControls", "add aws.s3.BucketOwnershipControls with BucketOwnerEnforced"],
  ["BucketServerSideEncryptionConfiguration", "add an aws.s3.BucketServerSideEncryptionConfiguration"],
  ["BucketLifecycleConfiguration", "add an aws.s3.BucketLifecycleConfiguration that ends aborted uploads"],
];

export const storageRules: Policies = [
  resourceRule(
    "public-access-blocked",
    "requires",
    "Public access is blocked completely.",
    ["BucketPublicAccessBlock"],
    (props) => {
      const off = blocks.filter((block) => props[block] !== true);
      return off.length === 0 ? undefined : `set ${off.join(", ")}: true`;
    },
  ),
  resourceRule(
    "no-acl",
    "requires",
    "Objects belong to the bucket's owner; policies give access.",
    ["BucketOwnershipControls", "BucketAcl"],
    (props, type) => {
      if (isA(type, "BucketAcl")) return "leave the ACL out: BucketOwnerEnforced switches ACLs off";
      return at(props, "rule.objectOwnership") === "BucketOwnerEnforced"
        ? undefined
        : "set objectOwnership: BucketOwnerEnforced";
    },
  ),
  stackRule("bucket-settings", "Every bucket has its settings.", ["Bucket"], (bucket, all) => {
    const missing = needed.filter(([type]) => settingsOf(bucket, all, type).length === 0);
    return missing.length === 0 ? undefined : missing.map(([, why]) => why).join("; ");
  }),
  stackRule("tls-only", "Every bucket refuses requests without TLS.", ["Bucket"], (bucket, all) => {
    const refused = settingsOf(bucket, all, "BucketPolicy").some(refusesPlainHttp);
    return refused ? undefined : "its policy must deny requests with aws:SecureTransport false";
  }),
  resourceRule("uploads-end", "requires", "Aborted uploads expire.", ["BucketLifecycleConfiguration"], ({ rules }) => {
    const ends = list(rules as Props[]).some(
      ({ status, abortIncompleteMultipartUpload }) =>
        status === "Enabled" && abortIncompleteMultipartUpload !== undefined,
    );
    return ends ? undefined : "add a rule with abortIncompleteMultipartUpload";
  }),
  resourceRule(
    "queue-keeps",
    "requires",
    "Queues are encrypted and keep messages for two weeks.",
    ["Queue"],
    (props) => {
      if (props.sqsManagedSseEnabled !== true && !("kmsMasterKeyId" in props)) return "set sqsManagedSseEnabled: true";
      return props.messageRetentionSeconds === 1209600 ? undefined : "set messageRetentionSeconds: 1209600";
    },
  ),
  resourceRule("log-retention", "requires", "Logs expire.", ["LogGroup"], ({ retentionInDays }) =>
    typeof retentionInDays === "number" && retentionInDays > 0 ? undefined : "set retentionInDays",
  ),
];
