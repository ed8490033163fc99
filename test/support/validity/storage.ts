/** Buckets, their settings, and the trail. */
import { among, at, design, engine, inputsRule, later, preview, type Rule, valueRule, whole } from "./rule";

/** The inputs allowed on the bucket resource itself; other settings are separate resources. */
const bucketInputs = ["bucket", "bucketPrefix", "forceDestroy", "objectLockEnabled", "tags"];

export const storageRules: Rule[] = [
  inputsRule(
    "Bucket",
    "no setting inline",
    later(design),
    (inputs) => Object.keys(inputs).every((key) => bucketInputs.includes(key)),
    [{ acl: "private" }, { versioning: { enabled: true } }],
  ),
  valueRule(
    "BucketLifecycleConfiguration rules.*.status",
    "with a capital",
    preview(design),
    among(["Enabled", "Disabled"]),
    ["enabled"],
  ),
  inputsRule(
    "BucketLifecycleConfiguration",
    "each rule has its own id, a filter and something to do",
    later(design),
    ({ rules }) => {
      const all = rules as { id: string; filter?: object }[];
      const doing = ["expiration", "noncurrentVersionExpiration", "abortIncompleteMultipartUpload", "transitions"];
      return (
        new Set(all.map(({ id }) => id)).size === all.length &&
        all.every((rule) => rule.filter !== undefined && doing.some((key) => key in rule))
      );
    },
    [
      { rules: [{ id: "a", status: "Enabled", expiration: { days: 1 } }] },
      { rules: [{ id: "a", status: "Enabled", filter: {} }] },
    ],
  ),
  valueRule(
    "BucketLifecycleConfiguration rules.*.expiration.days",
    "whole days",
    preview("S3"),
    whole(1, 2 ** 31 - 1),
    [0, 1.5],
  ),
  valueRule(
    "BucketOwnershipControls rule.objectOwnership",
    "a known one",
    preview("S3"),
    among(["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]),
    ["Enforced"],
  ),
  valueRule(
    "BucketServerSideEncryptionConfiguration rules.*.applyServerSideEncryptionByDefault.sseAlgorithm",
    "a known one",
    preview("S3"),
    among(["AES256", "aws:kms", "aws:kms:dsse"]),
    ["SSE_S3"],
  ),
  valueRule(
    "BucketVersioning versioningConfiguration.status",
    "a known one",
    preview("S3"),
    among(["Enabled", "Suspended", "Disabled"]),
    ["enabled"],
  ),
  valueRule(
    "Trail eventSelectors.*.readWriteType",
    "a known one",
    preview(engine),
    among(["All", "ReadOnly", "WriteOnly"]),
    ["Write", "Read"],
  ),
  valueRule(
    "Trail eventSelectors.*.dataResources.*.type",
    "a known one",
    preview("CloudTrail, DataResource"),
    among(["AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table"]),
    ["AWS::S3::Bucket"],
  ),
  inputsRule(
    "Trail",
    "data resources are buckets' ARNs with a slash; the bucket is given once",
    later("CloudTrail, DataResource"),
    ({ eventSelectors, s3Bucket }) =>
      at(eventSelectors, "*.dataResources.*.values.*").every((arn) =>
        /^arn:[\w-]+:s3:::[a-z0-9.-]+\/$/.test(`${arn}`),
      ) && Object.keys((s3Bucket as { existing?: object })?.existing ?? {}).length === 1,
    [
      {
        eventSelectors: [{ dataResources: [{ values: ["arn:aws:s3:::raw"] }] }],
        s3Bucket: { existing: { name: "a" } },
      },
      { s3Bucket: { existing: { name: "a", arn: "arn:aws:s3:::a" } } },
    ],
  ),
];
