/** A small stack and changes of it, for comments on pull requests. */
import * as pulumi from "@pulumi/pulumi";
import type { Registered } from "../../../emulator/resources";
import { allow, document, resource, role } from "../emulator/resources";

const raw = "arn:aws:s3:::music-raw";
const table = "arn:aws:glue:us-east-1:123456789012:table/music/csv_tracks";

/** What the stack is made of; each change sets some of it. */
export interface StackParts {
  isProtected: boolean;
  bucket: string;
  database: string;
  timezone: string;
  code: string;
  actions: string[];
  tables: string;
  readers: string[];
  secret: string;
  alarms: string[];
  more: Registered[];
}

const usual: StackParts = {
  isProtected: true,
  bucket: "music-raw",
  database: "music",
  timezone: "UTC",
  code: "exports.handler = async () => undefined;\n",
  actions: ["glue:BatchCreatePartition"],
  tables: table,
  readers: ["arn:aws:iam::123456789012:role/analyst"],
  secret: "example-client-secret",
  alarms: ["music-alarm-late", "music-alarm-failed"],
  more: [],
};

/** The stack with some parts changed. */
export function stackOf(changed: Partial<StackParts> = {}): Registered[] {
  const parts = { ...usual, ...changed };
  const { StringAsset, AssetArchive } = pulumi.asset;
  const settings = JSON.stringify({ timezone: parts.timezone, playlists: ["liked"] });
  const code = new AssetArchive({
    "__index.js": new StringAsset(parts.code),
    "settings.json": new StringAsset(settings),
  });
  const readers = { Effect: "Allow", Principal: { AWS: parts.readers }, Action: "s3:GetObject", Resource: `${raw}/*` };
  const bucket = resource("aws:s3/bucket:Bucket", "music-raw", { bucket: parts.bucket });
  return [
    { ...bucket, options: { ...bucket.options, protect: parts.isProtected } },
    resource("aws:s3/bucketPolicy:BucketPolicy", "music-raw", { bucket: "music-raw", policy: document(readers) }),
    resource("aws:glue/catalogDatabase:CatalogDatabase", "music", { name: parts.database }),
    resource("aws:ssm/parameter:Parameter", "music-app", {
      name: "/music/app",
      type: "SecureString",
      value: JSON.stringify({ clientSecret: parts.secret }),
    }),
    ...role("music-extract", allow("s3:PutObject", `${raw}/playlists/*`), allow(parts.actions, parts.tables)),
    resource("aws:lambda/function:Function", "music-extract", {
      name: "music-extract",
      timeout: 900,
      memorySize: 512,
      code,
    }),
    resource("aws:scheduler/schedule:Schedule", "music-run", {
      scheduleExpression: "cron(0 6 * * ? *)",
      scheduleExpressionTimezone: parts.timezone,
    }),
    ...parts.alarms.map((name) => resource("aws:cloudwatch/metricAlarm:MetricAlarm", name, { threshold: 1 })),
    ...parts.more,
  ];
}

/** What Pulumi prints of a preview in which the bucket is replaced and an alarm goes. */
export const dangerousDiff = `Previewing update (prod):
  pulumi:pulumi:Stack: (same)
    [urn=urn:pulumi:prod::playlake::pulumi:pulumi:Stack::playlake-prod]
    +-aws:s3/bucket:Bucket: (replace)
        [id=music-raw]
        [urn=urn:pulumi:prod::playlake::playlake:index:SpotifyExtractor$aws:s3/bucket:Bucket::music-raw]
      ~ bucket: "music-raw" => "music-raw-2"
    - aws:cloudwatch/metricAlarm:MetricAlarm: (delete)
        [id=music-alarm-late]
        [urn=urn:pulumi:prod::playlake::playlake:index:SpotifyExtractor$aws:cloudwatch/metricAlarm:MetricAlarm::music-alarm-late]
    ~ aws:ssm/parameter:Parameter: (update)
        [id=/music/app]
        [urn=urn:pulumi:prod::playlake::playlake:index:SpotifyExtractor$aws:ssm/parameter:Parameter::music-app]
      ~ value: [secret] => [secret]
Resources:
    ~ 1 to update
    - 1 to delete
    +-1 to replace
    3 changes. 9 unchanged
`;
