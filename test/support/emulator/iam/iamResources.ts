/** Callers, targets and the resources with their policies, shared by the IAM tests. */
import type { Iam, Principal } from "../../../../emulator/iam";
import { account, document, failureOf, resource, roleArn } from "../resources";

export const extract: Principal = { kind: "role", arn: roleArn("extract"), session: "extract" };
export const s3: Principal = {
  kind: "service",
  service: "s3.amazonaws.com",
  sourceArn: "arn:aws:s3:::raw",
  sourceAccount: account,
};
export const owner: Principal = { kind: "owner" };
export const bucketArn = "arn:aws:s3:::raw";
export const functionArn = `arn:aws:lambda:us-east-1:${account}:function:transform`;
export const queueArn = `arn:aws:sqs:us-east-1:${account}:failures`;

export const bucket = resource("aws:s3/bucket:Bucket", "raw", {});

export const bucketPolicy = (...statements: Record<string, unknown>[]) =>
  resource("aws:s3/bucketPolicy:BucketPolicy", "raw", {
    bucket: "raw",
    policy: JSON.stringify(document(...statements)),
  });

export const get = "s3:GetObject";
export const object = `${bucketArn}/playlists/a.gz`;

export const permission = (inputs: Record<string, unknown>) =>
  resource("aws:lambda/permission:Permission", "allow", {
    action: "lambda:InvokeFunction",
    function: "transform",
    ...inputs,
  });
export const lambda = resource("aws:lambda/function:Function", "transform", { role: roleArn("extract") });

/** The refusal of a call; undefined if it is allowed. */
export function answer(iam: Iam, principal: Principal, action: string, on: string, context?: Record<string, string>) {
  return failureOf(() => iam.authorize(principal, action, on, context));
}

/** Whether the policies allow a call. */
export function allows(
  iam: Iam,
  principal: Principal,
  action: string,
  on: string,
  context?: Record<string, string>,
): boolean {
  try {
    iam.authorize(principal, action, on, context);
    return true;
  } catch {
    return false;
  }
}
