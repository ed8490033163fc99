import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createIam } from "../../../emulator/iam";
import { allows, bucket, bucketArn, extract, get, object } from "../../support/emulator/iam/iamResources";
import { allow, role } from "../../support/emulator/resources";

const test = suite("emulator/iam/statements");

interface Case {
  name: string;
  statement: Record<string, unknown>;
  action: string;
  on: string;
  context?: Record<string, string>;
  allowed: boolean;
}

const withCondition = (condition: Record<string, unknown>) => allow("s3:ListBucket", bucketArn, condition);
const listed = (prefix: string) => ({ action: "s3:ListBucket", on: bucketArn, context: { "s3:prefix": prefix } });

const cases: Case[] = [
  { name: "the same action and resource", statement: allow(get, object), action: get, on: object, allowed: true },
  { name: "actions without case", statement: allow("S3:getobject", object), action: get, on: object, allowed: true },
  { name: "resources with case", statement: allow(get, object.toUpperCase()), action: get, on: object, allowed: false },
  { name: "another action", statement: allow("s3:PutObject", object), action: get, on: object, allowed: false },
  { name: "* in an action", statement: allow("s3:Get*", object), action: get, on: object, allowed: true },
  {
    name: "* at the end is a prefix",
    statement: allow("s3:Get*", object),
    action: "s3:PutGet",
    on: object,
    allowed: false,
  },
  { name: "* over slashes", statement: allow(get, `${bucketArn}/*`), action: get, on: object, allowed: true },
  { name: "the bucket is not its objects", statement: allow(get, bucketArn), action: get, on: object, allowed: false },
  {
    name: "? for one character",
    statement: allow(get, `${bucketArn}/playlists/?.gz`),
    action: get,
    on: object,
    allowed: true,
  },
  {
    name: "a dot is a dot",
    statement: allow(get, `${bucketArn}/playlists/a.gz`),
    action: get,
    on: `${bucketArn}/playlists/axgz`,
    allowed: false,
  },
  {
    name: "a line break in a key",
    statement: allow(get, `${bucketArn}/*`),
    action: get,
    on: `${bucketArn}/a\nb`,
    allowed: true,
  },
  {
    name: "one of several",
    statement: allow([get, "s3:PutObject"], ["x", object]),
    action: get,
    on: object,
    allowed: true,
  },
  {
    name: "StringEquals",
    statement: withCondition({ StringEquals: { "s3:prefix": "state/" } }),
    ...listed("state/"),
    allowed: true,
  },
  {
    name: "StringEquals, other value",
    statement: withCondition({ StringEquals: { "s3:prefix": "state/" } }),
    ...listed("state/a"),
    allowed: false,
  },
  {
    name: "StringLike, one of two",
    statement: withCondition({ StringLike: { "s3:prefix": ["state/*", "playlists/*"] } }),
    ...listed("playlists/snapshot_date=2026-11-22/"),
    allowed: true,
  },
  {
    name: "keys of conditions without case",
    statement: withCondition({ StringLike: { "S3:Prefix": "state/*" } }),
    ...listed("state/"),
    allowed: true,
  },
  {
    name: "a condition's key that the request does not have",
    statement: withCondition({ StringLike: { "s3:prefix": "*" } }),
    action: "s3:ListBucket",
    on: bucketArn,
    allowed: false,
  },
  {
    name: "two conditions, one fails",
    statement: withCondition({ StringLike: { "s3:prefix": "*" }, StringEquals: { "s3:delimiter": "/" } }),
    ...listed("a"),
    allowed: false,
  },
  {
    name: "Bool: loopback counts as TLS",
    statement: withCondition({ Bool: { "aws:SecureTransport": true } }),
    ...listed("a"),
    allowed: true,
  },
  {
    name: "ArnLike",
    statement: withCondition({ ArnLike: { "aws:PrincipalArn": `arn:aws:iam::*:role/ext*` } }),
    ...listed("a"),
    allowed: true,
  },
  {
    name: "ArnLike: * stays in its part",
    statement: withCondition({ ArnLike: { "aws:PrincipalArn": `arn:*:role/extract` } }),
    ...listed("a"),
    allowed: false,
  },
];

for (const { name, statement, action, on, context, allowed } of cases) {
  test(`a role's own policy: ${name}`, () => {
    const iam = createIam([bucket, ...role("extract", statement)]);
    assert.is(allows(iam, extract, action, on, context), allowed);
  });
}

test.run();
