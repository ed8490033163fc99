/** Forms of credentials that other tools print: AWS access keys, tokens of Pulumi, GitHub and OAuth. */
const credentials = [
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bpul-[0-9a-f]{40}\b/g,
  /\bgh[a-z]_[0-9A-Za-z]{36,}\b/g,
  /\bBearer\s+[\w.~+/-]{20,}=*/g,
];

/** The shortest value of a variable that is looked for: shorter ones are parts of ordinary words. */
const minLength = 6;

/**
 * A tool's output without what must not be published.
 * @param environment the variables that hold secrets, such as `PULUMI_ACCESS_TOKEN`; by their values
 */
export function withoutSecrets(text: string, environment: NodeJS.ProcessEnv): string {
  const values = ["PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
    .map((name) => environment[name] ?? "")
    .filter((value) => value.length >= minLength);
  const without = values.reduce((rest, value) => rest.replaceAll(value, "[secret]"), text);
  return credentials.reduce((rest, pattern) => rest.replace(pattern, "[secret]"), without);
}
