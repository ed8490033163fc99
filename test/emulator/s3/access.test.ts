import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { account, allow, resource, role } from "../../support/emulator/resources";
import { type Bench, bucket, sdkFailure, startBench } from "../../support/emulator/s3/bench";

const test = suite("emulator/s3/access");

const arn = `arn:aws:s3:::${bucket}`;
let bench: Bench;
test.before(async () => {
  bench = await startBench(
    ...role("reader", allow("s3:GetObject", `${arn}/*`)),
    ...role("writer", allow("s3:PutObject", `${arn}/playlists/*`)),
    ...role(
      "extract",
      allow("s3:GetObject", [`${arn}/playlists/*`, `${arn}/state/*`]),
      allow("s3:ListBucket", arn, { StringLike: { "s3:prefix": ["playlists/*", "state/*"] } }),
    ),
    resource("aws:s3/bucketPolicy:BucketPolicy", bucket, {
      bucket,
      policy: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [arn, `${arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
          { Effect: "Deny", Principal: "*", Action: "s3:DeleteObjectVersion", Resource: `${arn}/protected/*` },
        ],
      },
    }),
  );
  for (const key of ["playlists/a", "protected/a"]) {
    await bench.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: "x" }));
  }
});
test.after(() => bench.close());

const at = (key: string) => ({ Bucket: bucket, Key: key });
const refusal = (
  who: string,
  action: string,
  on: string,
  why = `because no identity-based policy allows the ${action} action`,
) =>
  `AccessDenied 403: User: arn:aws:sts::${account}:assumed-role/${who}/${who} is not authorized to perform: ${action} on resource: "${on}" ${why}`;

interface Call {
  name: string;
  who: string;
  call: (client: S3Client) => Promise<unknown>;
  /** The action and resource of the refusal; undefined if the call succeeds. */
  refused?: [action: string, on: string];
  failure?: string;
}

const calls: Call[] = [
  { name: "read", who: "reader", call: (client) => client.send(new GetObjectCommand(at("playlists/a"))) },
  {
    name: "read by a writer",
    who: "writer",
    call: (client) => client.send(new GetObjectCommand(at("playlists/a"))),
    refused: ["s3:GetObject", `${arn}/playlists/a`],
  },
  {
    name: "write",
    who: "writer",
    call: (client) => client.send(new PutObjectCommand({ ...at("playlists/b"), Body: "x" })),
  },
  {
    name: "write elsewhere",
    who: "writer",
    call: (client) => client.send(new PutObjectCommand({ ...at("state/b"), Body: "x" })),
    refused: ["s3:PutObject", `${arn}/state/b`],
  },
  {
    name: "replace what one may not read",
    who: "writer",
    call: (client) => client.send(new PutObjectCommand({ ...at("playlists/a"), Body: "x", IfMatch: '"x"' })),
    refused: ["s3:GetObject", `${arn}/playlists/a`],
  },
  {
    name: "list",
    who: "reader",
    call: (client) => client.send(new ListObjectsV2Command({ Bucket: bucket })),
    refused: ["s3:ListBucket", arn],
  },
  {
    name: "list by prefix",
    who: "extract",
    call: (client) =>
      client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "playlists/snapshot_date=2026-11-01/" })),
  },
  {
    name: "list another prefix",
    who: "extract",
    call: (client) => client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "protected/" })),
    refused: ["s3:ListBucket", arn],
  },
  {
    name: "list without prefix",
    who: "extract",
    call: (client) => client.send(new ListObjectsV2Command({ Bucket: bucket })),
    refused: ["s3:ListBucket", arn],
  },
  {
    name: "read a missing key, may list it",
    who: "extract",
    call: (client) => client.send(new GetObjectCommand(at("state/day"))),
    failure: "NoSuchKey 404: The specified key does not exist.",
  },
  {
    name: "read a missing key, may not list",
    who: "reader",
    call: (client) => client.send(new GetObjectCommand(at("state/day"))),
    refused: ["s3:ListBucket", arn],
  },
];

for (const { name, who, call, refused, failure } of calls) {
  test(`${who}: ${name}`, async () => {
    const recorded = bench.iam.denied.length;
    const expected = refused === undefined ? failure : refusal(who, ...refused);
    assert.is(await sdkFailure(call(bench.clientOf(who))), expected);
    assert.equal(
      bench.iam.denied.slice(recorded).map(({ action, resource: on }) => [action, on]),
      refused === undefined ? [] : [refused],
    );
  });
}

test("a bucket's policy can deny what the role's policy allows", async () => {
  const why = "with an explicit deny in a resource-based policy";
  const { Errors } = await bench
    .clientOf("all")
    .send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: "protected/a", VersionId: "null" }] } }),
    );
  assert.equal(
    Errors?.map(({ Key, Code, Message }) => ({ Key, Failure: `${Code} 403: ${Message}` })),
    [{ Key: "protected/a", Failure: refusal("all", "s3:DeleteObjectVersion", `${arn}/protected/a`, why) }],
  );
});

test("unknown callers are refused", async () => {
  const call = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) => {
    const client = new S3Client({ endpoint: bench.url, region: "us-east-1", credentials });
    return sdkFailure(client.send(new GetObjectCommand(at("playlists/a")))).finally(() => client.destroy());
  };
  const refused = "AccessDenied 403: Access Denied";
  assert.is(await call({ accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" }), refused);
  assert.is(await call({ ...bench.credentials, sessionToken: "made up" }), refused);
  const response = await fetch(`${bench.url}/${bucket}/playlists/a`);
  assert.is(response.status, 403);
  assert.match(await response.text(), /<Code>AccessDenied<\/Code><Message>Access Denied<\/Message>/);
});

test("a refused write leaves no files", async () => {
  const body = Buffer.alloc(2_000_000);
  const failure = await sdkFailure(
    bench.clientOf("reader").send(new PutObjectCommand({ ...at("playlists/big"), Body: body })),
  );
  assert.is(failure, refusal("reader", "s3:PutObject", `${arn}/playlists/big`));
  assert.is(existsSync(path.join(bench.folder, ".unfinished")), false);
  assert.equal(readdirSync(path.join(bench.folder, bucket)).sort(), ["playlists", "protected"]);
});

test.run();
