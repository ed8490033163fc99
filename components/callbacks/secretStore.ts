import type * as SecretsManager from "@aws-sdk/client-secrets-manager";
import type { AppCredentials, StoredToken, TokenStore } from "../../spotify/types";

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
  async function readJson(
    arn: string,
  ): Promise<{ value: Record<string, unknown>; versionId: string | undefined } | undefined> {
    const { text, versionId } = await readValue(arn);
    if (text === undefined) return undefined;
    try {
      const value: unknown = JSON.parse(text);
      if (value !== null && typeof value === "object") return { value: value as Record<string, unknown>, versionId };
    } catch {
      // The parser's message would quote the secret.
    }
    throw new Error(`secret ${arn}: its value is no JSON object`);
  }

  async function readValue(arn: string): Promise<{ text: string | undefined; versionId: string | undefined }> {
    try {
      const { SecretString, VersionId } = await client.send(new sdk.GetSecretValueCommand({ SecretId: arn }));
      return { text: SecretString, versionId: VersionId };
    } catch (error) {
      if ((error as Error).name === "ResourceNotFoundException") return { text: undefined, versionId: undefined };
      throw error;
    }
  }

  return {
    async readApp() {
      const { clientId, clientSecret } = (await readJson(arns.app))?.value ?? {};
      if (typeof clientId !== "string" || typeof clientSecret !== "string") {
        throw new Error(`secret ${arns.app}: its value is not {"clientId", "clientSecret"}`);
      }
      return { clientId, clientSecret };
    },
    token: {
      async read() {
        const stored = await readJson(arns.token);
        if (stored === undefined) return undefined;
        const { refreshToken, consentedAt } = stored.value;
        if (typeof refreshToken !== "string" || refreshToken === "") {
          throw new Error(`secret ${arns.token}: its value is not {"refreshToken", "consentedAt"}; run playlake login`);
        }
        const token: StoredToken = { refreshToken };
        if (typeof consentedAt === "string") token.consentedAt = consentedAt;
        if (stored.versionId !== undefined) token.versionId = stored.versionId;
        return token;
      },
      async write({ refreshToken, consentedAt }) {
        const SecretString = JSON.stringify({ refreshToken, consentedAt });
        await client.send(new sdk.PutSecretValueCommand({ SecretId: arns.token, SecretString }));
      },
    },
  };
}
