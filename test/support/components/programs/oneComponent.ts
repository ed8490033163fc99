import * as pulumi from "@pulumi/pulumi";
import { AthenaCatalog, PlaylistTransformer, SpotifyExtractor } from "../../../../components";

/** One component, with its required arguments, and arguments and options from the config. */
const config = new pulumi.Config("test");
const args = config.requireObject<object>("args");
const options = config.getObject<pulumi.ComponentResourceOptions>("options");
const rawBucket = { name: pulumi.output("raw"), arn: pulumi.output("arn:aws:s3:::raw"), managed: true };
const spotify = { playlists: ["me"], spotifyClientId: "id", spotifyClientSecret: "secret" };
const components: { readonly [name: string]: () => unknown } = {
  SpotifyExtractor: () => new SpotifyExtractor("playlake", { ...spotify, ...args }, options),
  PlaylistTransformer: () => new PlaylistTransformer("playlake", { rawBucket, ...args }, options),
  AthenaCatalog: () => new AthenaCatalog("playlake", { lakeBucket: "lake", ...args }, options),
};
components[config.require("component")]?.();
