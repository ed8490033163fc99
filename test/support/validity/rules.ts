/** Every rule for the inputs of the program's resources. */
import { catalogRules } from "./catalog";
import { functionRules } from "./functions";
import { descriptionRules, nameRules } from "./names";
import { policyRules } from "./policies";
import type { Rule } from "./rule";
import { scheduleRules } from "./schedules";
import { storageRules } from "./storage";
import { watchRules } from "./watch";

export const rules: readonly Rule[] = [
  ...nameRules,
  ...descriptionRules,
  ...functionRules,
  ...scheduleRules,
  ...catalogRules,
  ...storageRules,
  ...watchRules,
  ...policyRules,
];
