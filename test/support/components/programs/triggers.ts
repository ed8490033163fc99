import * as pulumi from "@pulumi/pulumi";
import { PlaylistTransformer } from "../../../../components";

const rawBucket = { name: pulumi.output("ours"), arn: pulumi.output("arn:aws-cn:s3:::ours"), managed: true };
new PlaylistTransformer("a", { rawBucket, lakeBucket: "their-lake", trigger: "eventbridge" });
new PlaylistTransformer("b", { rawBucket, lakeBucket: "their-lake", trigger: "none" });
