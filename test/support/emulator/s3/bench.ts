import { S3Client } from "@aws-sdk/client-s3";
import { createClock } from "../../../../emulator/clock";
import { type Credentials, createIam, type Iam } from "../../../../emulator/iam";
import type { Registered } from "../../../../emulator/resources";
import { type CreatedObject, createS3 } from "../../../../emulator/s3";
import { allow, resource, role, roleArn, tempFolder } from "../resources";

/** A running S3 with the bucket `raw` in its own folder, and a client of a role with full access to it. */
export interface Bench {
  folder: string;
  url: string;
  s3: ReturnType<typeof createS3>;
  client: S3Client;
  iam: Iam;
  clock: ReturnType<typeof createClock>;
  events: CreatedObject[];
  /** Called before each event is recorded; a test can set it. */
  hooks: { beforeEvent?: (object: CreatedObject) => void };
  /** A client of another role. */
  clientOf(role: string): S3Client;
  /** Credentials of the role with full access. */
  credentials: Credentials;
  close(): Promise<void>;
}

export const bucket = "raw";

export async function startBench(...more: Registered[]): Promise<Bench> {
  const { folder, remove } = await tempFolder();
  const resources = [
    resource("aws:s3/bucket:Bucket", bucket, {}),
    ...role("all", allow("s3:*", ["arn:aws:s3:::*", "arn:aws:s3:::*/*"])),
    ...more,
  ];
  const iam = createIam(resources);
  const clock = createClock();
  const events: CreatedObject[] = [];
  const hooks: Bench["hooks"] = {};
  const s3 = createS3({
    root: folder,
    resources,
    iam,
    clock,
    onObjectCreated: (object) => {
      hooks.beforeEvent?.(object);
      events.push(object);
    },
  });
  const url = await s3.listen();
  const clients: S3Client[] = [];
  const clientWith = (credentials: Credentials) => {
    const client = new S3Client({ endpoint: url, region: "us-east-1", credentials });
    clients.push(client);
    return client;
  };
  const clientOf = (name: string) => clientWith(iam.assume(roleArn(name), "lambda.amazonaws.com", { session: name }));
  const credentials = iam.assume(roleArn("all"), "lambda.amazonaws.com");
  return {
    folder,
    url,
    s3,
    iam,
    clock,
    events,
    hooks,
    clientOf,
    credentials,
    client: clientWith(credentials),
    close: async () => {
      for (const client of clients) client.destroy();
      await s3.close();
      await remove();
    },
  };
}

/** The error of an SDK call, as `NAME STATUS: MESSAGE`; undefined if it succeeds. */
export async function sdkFailure(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return `${name} ${$metadata?.httpStatusCode}: ${message}`;
  }
}
