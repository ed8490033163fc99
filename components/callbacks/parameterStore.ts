import type * as Ssm from "@aws-sdk/client-ssm";
import type { AppCredentials, StoredToken, TokenStore } from "../../spotify/types";

/** The two parameters, as the extractor uses them. */
interface ParameterStore {
  readApp(): Promise<AppCredentials>;
  token: TokenStore;
}

/**
 * The extractor's parameters in SSM Parameter Store. Errors name parameters, never their values.
 * @param sdk the SDK's module: in a function the runtime's own
 * @param names the names of the parameters, and the key that encrypts the token. Without one, SSM changes to its default key
 */
export function makeParameterStore(
  sdk: typeof Ssm,
  client: Ssm.SSMClient,
  names: { app: string; token: string; tokenKey?: string | undefined },
): ParameterStore {
  const maxBytes = 4096;

  async function readJson(name: string): Promise<{ value: Record<string, unknown>; version: number | undefined }> {
    const { text, version } = await readValue(name);
    try {
      const value: unknown = JSON.parse(text);
      if (value !== null && typeof value === "object") return { value: value as Record<string, unknown>, version };
    } catch {
      // The parser's message would quote the value.
    }
    throw new Error(`parameter ${name}: its value is not a JSON object`);
  }

  async function readValue(name: string): Promise<{ text: string; version: number | undefined }> {
    try {
      const { Parameter } = await client.send(new sdk.GetParameterCommand({ Name: name, WithDecryption: true }));
      return { text: Parameter?.Value ?? "", version: Parameter?.Version };
    } catch (error) {
      // AWS sends this error without a message.
      if ((error as Error).name === "ParameterNotFound") throw new Error(`parameter ${name} does not exist`);
      throw error;
    }
  }

  return {
    async readApp() {
      const { clientId, clientSecret } = (await readJson(names.app)).value;
      if (typeof clientId !== "string" || typeof clientSecret !== "string") {
        throw new Error(`parameter ${names.app}: its value is not {"clientId", "clientSecret"}`);
      }
      return { clientId, clientSecret };
    },
    token: {
      async read() {
        const { value, version } = await readJson(names.token);
        // The stack's placeholder: no user has logged in yet.
        if (Object.keys(value).length === 0) return undefined;
        const { refreshToken, consentedAt } = value;
        if (typeof refreshToken !== "string" || refreshToken === "") {
          throw new Error(
            `parameter ${names.token}: its value is not {"refreshToken", "consentedAt"}; run npx playlake login`,
          );
        }
        const token: StoredToken = { refreshToken };
        if (typeof consentedAt === "string") token.consentedAt = consentedAt;
        if (version !== undefined) token.versionId = String(version);
        return token;
      },
      async write({ refreshToken, consentedAt }) {
        const Value = JSON.stringify({ refreshToken, consentedAt });
        const bytes = Buffer.byteLength(Value);
        if (bytes > maxBytes) {
          throw new Error(`parameter ${names.token}: the token takes ${bytes} bytes, a parameter holds ${maxBytes}`);
        }
        const request = { Name: names.token, Value, Type: "SecureString", Tier: "Standard", Overwrite: true } as const;
        await client.send(new sdk.PutParameterCommand({ ...request, KeyId: names.tokenKey }));
      },
    },
  };
}
