// One playlist in your own stack, with its tables in an existing bucket.
import * as pulumi from "@pulumi/pulumi";
import { PlaylistTransformer, SpotifyExtractor } from "playlake";

const config = new pulumi.Config();
const extractor = new SpotifyExtractor("radio", {
  playlists: ["3cEYpjA9oz9GiPac4AsH4n"],
  spotifyClientId: config.requireSecret("spotifyClientId"),
  spotifyClientSecret: config.requireSecret("spotifyClientSecret"),
});
const transformer = new PlaylistTransformer("radio", { rawBucket: extractor.rawBucket, lakeBucket: "our-lake" });

export const { functionName } = transformer;
// `playlake login --stack NAME` reads these.
export const { appParameterArn, tokenParameterArn } = extractor;
