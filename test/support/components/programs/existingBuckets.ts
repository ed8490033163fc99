import { AthenaCatalog, PlaylistTransformer, SpotifyExtractor } from "../../../../components";

const spotify = { spotifyClientId: "id", spotifyClientSecret: "secret" };
new SpotifyExtractor("given", { playlists: ["me"], rawBucket: "their-raw", market: "DE", ...spotify });
const lakeBucket = "their-lake";
const transformer = new PlaylistTransformer("given", { rawBucket: "their-raw", lakeBucket });
new AthenaCatalog("given", { lakeBucket: transformer.lakeBucket });
export const { functionArn } = transformer;
