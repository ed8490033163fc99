import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { PlaylistTransformer } from "../../../../components";

/** Programs that ask the engine for what a run without a cloud does not have; the config selects one. */
const keep: pulumi.ResourceTransform = ({ props, opts }) => ({ props, opts });
const cases: { readonly [name: string]: () => unknown } = {
  account: () => aws.getCallerIdentityOutput().accountId,
  stack: () => new pulumi.StackReference("org/base/prod").getOutput("vpc"),
  transforms: () => new PlaylistTransformer("p", { rawBucket: "raw" }, { transforms: [keep] }),
  stackTransform: () => pulumi.runtime.registerResourceTransform(keep),
};
export const asked = cases[new pulumi.Config("test").require("case")]?.() ?? null;
