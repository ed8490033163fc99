import { AthenaCatalog, PlaylistTransformer, SpotifyExtractor } from "../../../../components";

/** The longest valid name. */
const longest = `a${"-b".repeat(22)}c`;
const spotify = { playlists: ["me"], spotifyClientId: "id", spotifyClientSecret: "secret" };
for (const name of ["first", longest]) {
  const data = { retainData: name === longest, forceDestroy: name === "first" };
  const extractor = new SpotifyExtractor(name, { ...spotify, ...data });
  const transformer = new PlaylistTransformer(name, { rawBucket: extractor.rawBucket, ...data });
  new AthenaCatalog(name, { lakeBucket: transformer.lakeBucket, catalog: name === longest ? "inferred" : "declared" });
}
