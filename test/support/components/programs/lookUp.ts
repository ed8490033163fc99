import * as aws from "@pulumi/aws";

export const account = aws.getCallerIdentityOutput().accountId;
