import type * as SecretsManager from "@aws-sdk/client-secrets-manager";
import type { AppCredentials, TokenStore, UserToken } from "../../spotify/types";

/** The two secrets, as the extractor uses them. */
export interface SecretStore {
  readApp(): Promise<AppCredentials>;
  token: TokenStore;
}

/**
 * The extractor's secrets in Secrets Manager. Errors name secrets, never their values.
 * @param sdk the SDK's module: in a function the runtime's own
 */
export function makeSecretStore(
  sdk: typeof SecretsManager,
  client: SecretsManager.SecretsManagerClient,
  arns: { app: string; token: string },
): SecretStore {
  async function readJson(arn: string): Promise<Record<string, unknown> | undefined> {
    const text = await readText(arn);
    if (text === undefined) return undefined;
    try {
      const value: unknown = JSON.parse(text);
      if (value !== null && typeof value === "object") return value as Record<string, unknown>;
    } catch {
      // The parser's message would quote the secret.
    }
    throw new Error(`secret ${arn}: its value is no JSON object`);
  }

  async function readText(arn: string): Promise<string | undefined> {
    try {
      const { SecretString } = await client.send(new sdk.GetSecretValueCommand({ SecretId: arn }));
      return SecretString;
    } catch (error) {
      if ((error as Error).name === "ResourceNotFoundException") return undefined;
      throw error;
    }
  }

  return {
    async readApp() {
      const { clientId, clientSecret } = (await readJson(arns.app)) ?? {};
      if (typeof clientId !== "string" || typeof clientSecret !== "string") {
        throw new Error(`secret ${arns.app}: its value is not {"clientId", "clientSecret"}`);
      }
      return { clientId, clientSecret };
    },
    token: {
      async read() {
        const value = await readJson(arns.token);
        if (value === undefined) return undefined;
        const { refreshToken, consentedAt } = value;
        if (typeof refreshToken !== "string" || refreshToken === "") {
          throw new Error(
            `secret ${arns.token}: its value is not {"refreshToken", "consentedAt"}; store a new refresh token`,
          );
        }
        const token: UserToken = { refreshToken };
        if (typeof consentedAt === "string") token.consentedAt = consentedAt;
        return token;
      },
      async write(token) {
        const SecretString = JSON.stringify(token);
        await client.send(new sdk.PutSecretValueCommand({ SecretId: arns.token, SecretString }));
      },
    },
  };
}
