import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The parameters' values and protection. */
interface ParametersArgs {
  /** The credentials of the Spotify app. */
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

/** A SecureString under the account's key `alias/aws/ssm`: free of charge, up to 4 KB. */
const secureString = { type: "SecureString", tier: "Standard" } as const;

/** The value of the token's parameter until a user logs in. */
const nobodyYet = "{}";

/**
 * Creates two parameters: one with the app's credentials, and one for the user's token, which login and the extractor
 * write.
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
    // Any update except of tags writes the value that Pulumi knows, which is older than a rotated token.
    {
      parent,
      // A switch that is off is left out, so that the same option of the component still reaches the parameter.
      ...(protect && { protect }),
      ignoreChanges: ["value", "description", "type", "tier", "keyId", "allowedPattern", "dataType"],
    },
  );
  return { app, token };
}
