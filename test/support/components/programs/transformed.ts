import type * as pulumi from "@pulumi/pulumi";
import { SpotifyExtractor, type SpotifyExtractorArgs } from "../../../../components";

const bounded: pulumi.ResourceTransformation = ({ type, props, opts }) =>
  type === "aws:iam/role:Role"
    ? { props: { ...props, permissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess" }, opts }
    : undefined;
const args: SpotifyExtractorArgs = {
  playlists: ["me"],
  spotifyClientId: "id",
  spotifyClientSecret: "secret",
  transform: {
    extractRole: { managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"] },
    extractFunction: {
      reservedConcurrentExecutions: 1,
      vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
    },
    tokenParameter: { keyId: "alias/own" },
    rawBucket: (args, opts, name) => {
      args.tags = { team: "music", name };
      opts.protect = false;
    },
  },
};
const extractor = new SpotifyExtractor("a", args, { transformations: [bounded] });
export const role = extractor.nodes.extractRole.arn;
export const alarms = [extractor.nodes.alarmExtractErrorsMetricAlarm?.name];
