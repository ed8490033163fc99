/** The pack's rules: each says no to a resource, or to a stack, in a line that says what to do. */
import type { Policies } from "@pulumi/policy";
import { accessRules } from "./access";
import { undecidedRules } from "./rule";
import { storageRules } from "./storage";
import { workloadRules } from "./workload";

/** The last one reports what the others could not look at. */
export const rules: Policies = [...storageRules, ...accessRules, ...workloadRules, undecidedRules];
