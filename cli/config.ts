import { wrongUse } from "./command";

/** `catalog=inferred` as Pulumi's config has it: a key belongs to the project unless it names another. */
export function readConfig(settings: readonly string[]): Record<string, string> {
  const config: Record<string, string> = {};
  for (const setting of settings) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    if (key === undefined || value === undefined) {
      throw wrongUse(`--config: got "${setting}", expected KEY=VALUE such as catalog=inferred`);
    }
    config[key.includes(":") ? key : `playlake:${key}`] = value;
  }
  return config;
}
