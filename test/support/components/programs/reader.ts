import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AthenaCatalog, type AthenaCatalogArgs } from "../../../../components";

const analysts = new aws.iam.Role("analysts", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "ec2.amazonaws.com" }),
});
const args = new pulumi.Config("test").getObject<AthenaCatalogArgs>("args") ?? { lakeBucket: "their-lake" };
const athena = new AthenaCatalog("catalog", args);
athena.grantRead("analysts", analysts);
athena.grantRead("by-name", "their-role");
export const policy = athena.readPolicy();
