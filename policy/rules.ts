/** The pack's rules. Each refuses a resource or a stack in one line with what to do. */
import type { Policies } from "@pulumi/policy";
import { accessRules } from "./access";
import { undecidedRules } from "./rule";
import { storageRules } from "./storage";
import { workloadRules } from "./workload";

/** The last rule reports what the others could not check. */
export const rules: Policies = [...storageRules, ...accessRules, ...workloadRules, undecidedRules];
