// The program of examples/yaml and examples/python, with the package's own classes.
const pulumi = require("@pulumi/pulumi");
const { AthenaCatalog, PlaylistTransformer, SpotifyExtractor } = require("playlake");

const config = new pulumi.Config();
const timezone = "Europe/Berlin";
const { rawBucket, tokenParameterArn } = new SpotifyExtractor("music", {
  playlists: ["3cEYpjA9oz9GiPac4AsH4n", "liked"],
  spotifyClientId: config.requireSecret("spotifyClientId"),
  spotifyClientSecret: config.requireSecret("spotifyClientSecret"),
  timezone,
});
const { lakeBucket, databaseName } = new PlaylistTransformer("music", {
  rawBucket,
  databaseName: `music_${pulumi.getStack()}`,
});
const transform = { queriesWorkgroup: { description: "Ask here." } };
const catalog = new AthenaCatalog("music", { lakeBucket, databaseName, timezone, transform });

module.exports = {
  readPolicy: pulumi.jsonStringify(catalog.readPolicy()),
  tokenParameterArn,
  workgroup: catalog.workgroupName,
};
