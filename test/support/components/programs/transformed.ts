import { SpotifyExtractor } from "../../../../components";

const extractor = new SpotifyExtractor("a", {
  playlists: ["me"],
  spotifyClientId: "id",
  spotifyClientSecret: "secret",
  transform: {
    extractFunction: { reservedConcurrentExecutions: 1 },
    rawBucket: (args, opts, name) => {
      args.tags = { team: "music", name };
      opts.protect = false;
    },
  },
});
export const role = extractor.nodes.extractRole.arn;
export const alarms = [extractor.nodes.alarmExtractErrorsMetricAlarm?.name];
