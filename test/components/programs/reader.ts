import * as aws from "@pulumi/aws";
import { AthenaCatalog } from "../../../components";

const analysts = new aws.iam.Role("analysts", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "ec2.amazonaws.com" }),
});
const athena = new AthenaCatalog("catalog", { lakeBucket: "their-lake" });
athena.grantRead("analysts", analysts);
athena.grantRead("by-name", "their-role");
export const policy = athena.readPolicy();
