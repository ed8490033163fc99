// Two extractors of a program: one for playlists by id, one for a user's whole library with little time.
import { SpotifyExtractor } from "../../../../components";
import { standInApp } from "../../../../standin/tokens";
import { idA, idB, idC } from "../world";

const app = { spotifyClientId: standInApp.clientId, spotifyClientSecret: standInApp.clientSecret };
const named = new SpotifyExtractor("named", { ...app, playlists: [idA, idB, idC], market: "DE" });
const mine = new SpotifyExtractor("mine", {
  ...app,
  playlists: ["library"],
  timeoutSeconds: 45,
  timezone: "Europe/Berlin",
});

const outputsOf = ({ functionName, tokenParameterArn, rawBucket }: SpotifyExtractor) => ({
  functionName,
  tokenParameterArn,
  bucket: rawBucket.name,
});
export const extractors = { named: outputsOf(named), mine: outputsOf(mine) };
