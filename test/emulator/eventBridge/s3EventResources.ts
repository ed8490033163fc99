/** An object that was created, and who is told of it. */
import type { CreatedObject } from "../../../emulator/s3";
import { account, resource } from "../resources";

export const functionArn = `arn:aws:lambda:us-east-1:${account}:function:transform`;

export const object: CreatedObject = {
  bucket: "raw",
  key: "playlists/snapshot_date=2026-11-01/a b+ü(1).jsonl.gz",
  size: 1234,
  eTag: "0cc175b9c0f1b6a831c399e269772661",
  sequencer: "0065F1A2B3C4D5E6F7",
  eventName: "ObjectCreated:Put",
  time: new Date("2026-11-01T06:00:00.123Z"),
  requestId: "0123456789ABCDEF",
};

export const notification = (inputs: Record<string, unknown>, name = "raw") =>
  resource("aws:s3/bucketNotification:BucketNotification", name, { bucket: "raw", ...inputs });
