import * as aws from "@pulumi/aws";
import { AthenaCatalog } from "../../../../components";

const longest = `a${"-b".repeat(22)}c`;
const analysts = new aws.iam.Role("analysts", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "ec2.amazonaws.com" }),
});
const athena = new AthenaCatalog(longest, { lakeBucket: `their-${"lake".repeat(14)}` });
athena.grantRead("analysts", analysts);
athena.grantRead("by-name", "their-role");
export const policy = athena.readPolicy();
