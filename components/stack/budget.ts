import * as aws from "@pulumi/aws";

/**
 * Mails an address when the account's costs of a month reach 80 % of a limit, and when they are forecast to exceed it. The
 * budget covers the whole account, because AWS filters costs by tag only if the tag is activated in the billing console.
 * @param limitDollars a month, in US dollars
 */
export function monthlyBudget(name: string, limitDollars: number, email: string): void {
  const notification = { comparisonOperator: "GREATER_THAN", thresholdType: "PERCENTAGE" };
  const subscriberEmailAddresses = [email];
  new aws.budgets.Budget(`${name}-budget`, {
    budgetType: "COST",
    timeUnit: "MONTHLY",
    limitAmount: String(limitDollars),
    limitUnit: "USD",
    notifications: [
      { ...notification, notificationType: "ACTUAL", threshold: 80, subscriberEmailAddresses },
      { ...notification, notificationType: "FORECASTED", threshold: 100, subscriberEmailAddresses },
    ],
  });
}
