import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What the secrets hold, and how they are kept. */
export interface SecretsArgs {
  /** The Spotify app's. */
  clientId: pulumi.Input<string>;
  clientSecret: pulumi.Input<string>;
  /** Whether Pulumi refuses to delete them. */
  protect: boolean;
}

/** The secrets' ARNs. */
export interface SecretArns {
  /** Of the app's credentials. */
  app: pulumi.Output<string>;
  /** Of the user's refresh token. */
  token: pulumi.Output<string>;
}

/** How long a secret that was deleted can be had back. */
const recoveryWindowInDays = 7;

/** The secret of the app's credentials, with its value; and the secret for the user's refresh token, empty. */
export function createSecrets(
  name: string,
  { clientId, clientSecret, protect }: SecretsArgs,
  parent: pulumi.Resource,
): SecretArns {
  const appArgs = { description: "The Spotify app's credentials.", recoveryWindowInDays };
  const app = new aws.secretsmanager.Secret(`${name}-app`, appArgs, { parent, protect });
  const secretString = pulumi.secret(pulumi.jsonStringify({ clientId, clientSecret }));
  // Not protected: other credentials are a version of their own, that takes this one's place.
  new aws.secretsmanager.SecretVersion(`${name}-app`, { secretId: app.arn, secretString }, { parent });
  // Rotated by the extractor: a value that the stack owned too would fight it.
  const tokenArgs = {
    description: "The Spotify user's refresh token, put by playlake login, rotated by the extractor.",
    recoveryWindowInDays,
  };
  const token = new aws.secretsmanager.Secret(`${name}-token`, tokenArgs, { parent, protect });
  return { app: app.arn, token: token.arn };
}
