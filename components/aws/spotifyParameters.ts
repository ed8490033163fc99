import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What the parameters hold, and how they are kept. */
export interface ParametersArgs {
  /** The Spotify app's. */
  clientId: pulumi.Input<string>;
  clientSecret: pulumi.Input<string>;
  /** Whether Pulumi refuses to delete the user's token. */
  protect: boolean;
}

/** The two SSM parameters: the app's credentials, and the user's refresh token. */
export interface SpotifyParameters {
  app: aws.ssm.Parameter;
  token: aws.ssm.Parameter;
}

/** A SecureString under the account's own key `alias/aws/ssm`: free of charge, up to 4 KB. */
const secureString = { type: "SecureString", tier: "Standard" } as const;

/** What the token's parameter holds until somebody logs in: no token. */
const nobodyYet = "{}";

/**
 * Creates the parameter of the app's credentials with its value, and the one for the user's token, which login and the
 * extractor write.
 */
export function createParameters(
  name: string,
  { clientId, clientSecret, protect }: ParametersArgs,
  parent: pulumi.Resource,
): SpotifyParameters {
  const app = new aws.ssm.Parameter(
    `${name}-app`,
    {
      ...secureString,
      description: "The Spotify app's credentials.",
      value: pulumi.secret(pulumi.jsonStringify({ clientId, clientSecret })),
    },
    { parent },
  );
  const token = new aws.ssm.Parameter(
    `${name}-token`,
    {
      ...secureString,
      description: "The Spotify user's refresh token, written by playlake login and by the extractor.",
      value: pulumi.secret(nobodyYet),
    },
    // Any update but one of tags writes the value that Pulumi knows, which is older than a rotated token.
    { parent, protect, ignoreChanges: ["value", "description", "type", "tier", "keyId", "allowedPattern", "dataType"] },
  );
  return { app, token };
}
