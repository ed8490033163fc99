/** The package's entry: the three components and what their arguments are made of. */

export type { AlarmArgs } from "./alarms";
export { AthenaCatalog, type AthenaCatalogArgs } from "./athenaCatalog";
export type { BucketArg, BucketRef } from "./bucketRef";
export type { OwnTable } from "./ownTables";
export { PlaylistTransformer, type PlaylistTransformerArgs } from "./playlistTransformer";
export type { Trigger } from "./rawTrigger";
export type { DataSwitchesArgs } from "./retention";
export { SpotifyExtractor, type SpotifyExtractorArgs } from "./spotifyExtractor";
export type { CatalogMode } from "./validation";
