/** The package's entry: the three components, what their arguments are made of, and the outputs that the commands read. */

export type { CatalogMode, Trigger } from "./arguments/rules";
export { AthenaCatalog, type AthenaCatalogArgs } from "./athenaCatalog";
export type { BucketArg, BucketRef } from "./aws/bucketRef";
export type { Transform } from "./aws/innerResources";
export type { OwnTable } from "./catalog/ownTables";
export { PlaylistTransformer, type PlaylistTransformerArgs } from "./playlistTransformer";
export { SpotifyExtractor, type SpotifyExtractorArgs } from "./spotifyExtractor";
export { lakeOutputs } from "./stack/outputs";
