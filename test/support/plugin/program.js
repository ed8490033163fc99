// The program of examples/yaml and examples/python, with the package's own classes.
const pulumi = require("@pulumi/pulumi");
const { AthenaCatalog, lakeOutputs, PlaylistTransformer, SpotifyExtractor } = require("playlake");

const config = new pulumi.Config();
const timezone = "Europe/Berlin";
const extractor = new SpotifyExtractor("music", {
  playlists: ["3cEYpjA9oz9GiPac4AsH4n", "liked"],
  spotifyClientId: config.requireSecret("spotifyClientId"),
  spotifyClientSecret: config.requireSecret("spotifyClientSecret"),
  timezone,
});
const { rawBucket } = extractor;
const transformer = new PlaylistTransformer("music", { rawBucket, databaseName: `music_${pulumi.getStack()}` });
const { lakeBucket, databaseName } = transformer;
const transform = { queriesWorkgroup: { description: "Ask here." } };
const athena = new AthenaCatalog("music", { lakeBucket, databaseName, timezone, transform });

module.exports = {
  ...lakeOutputs({ extractor, transformer, athena, timezone }),
  readPolicy: pulumi.jsonStringify(athena.readPolicy()),
};
