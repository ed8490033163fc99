/** A created object, the function that is notified of it, and the permissions for S3 and EventBridge to call it. */
import type { Registered } from "../../../emulator/resources";
import type { CreatedObject } from "../../../emulator/s3";
import { account, allow, resource, role, roleArn } from "./resources";

export const functionArn = `arn:aws:lambda:us-east-1:${account}:function:transform`;

export const object: CreatedObject = {
  bucket: "raw",
  key: "playlists/snapshot_date=2026-11-01/a b+ü(1).jsonl.gz",
  size: 1234,
  eTag: "0cc175b9c0f1b6a831c399e269772661",
  sequencer: "0065F1A2B3C4D5E6F7",
  time: new Date("2026-11-01T06:00:00.123Z"),
};

const permission = (name: string, principal: string, sourceArn: string) =>
  resource("aws:lambda/permission:Permission", name, {
    ...{ action: "lambda:InvokeFunction", function: "transform", principal, sourceArn, sourceAccount: account },
  });

export const transformFunction: readonly Registered[] = [
  ...role("transform", allow("s3:GetObject", "*")),
  resource("aws:lambda/function:Function", "transform", { role: roleArn("transform") }),
];

export const permissions: readonly Registered[] = [
  permission("s3", "s3.amazonaws.com", "arn:aws:s3:::raw"),
  permission("events", "events.amazonaws.com", `arn:aws:events:us-east-1:${account}:rule/new-raw`),
];

export const notification = (inputs: Record<string, unknown>) =>
  resource("aws:s3/bucketNotification:BucketNotification", "raw", { bucket: "raw", ...inputs });
