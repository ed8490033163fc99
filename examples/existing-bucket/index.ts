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

// `playlake login`, `run`, `redrive` and `replay --stack NAME` read these.
export const { appParameterArn, tokenParameterArn, functionName: extractFunction } = extractor;
export const { functionName: transformFunction } = transformer;
export const rawBucket = extractor.rawBucket.name;
export const lakeBucket = transformer.lakeBucket.name;
export const failureQueues = { extract: extractor.failureQueueUrl, transform: transformer.failureQueueUrl };
