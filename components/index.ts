/** The package's entry: the three components and what their arguments are made of. */

export type { AlarmArgs } from "./alarms/alarms";
export type { CatalogMode } from "./arguments/validation";
export { AthenaCatalog, type AthenaCatalogArgs } from "./athenaCatalog";
export type { BucketArg, BucketRef } from "./aws/bucketRef";
export type { Trigger } from "./aws/rawTrigger";
export type { OwnTable } from "./catalog/ownTables";
export { PlaylistTransformer, type PlaylistTransformerArgs } from "./playlistTransformer";
export { SpotifyExtractor, type SpotifyExtractorArgs } from "./spotifyExtractor";
export type { DataSwitchesArgs } from "./stack/retention";
