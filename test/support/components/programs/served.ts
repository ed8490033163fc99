import * as pulumi from "@pulumi/pulumi";
import { AthenaCatalog, PlaylistTransformer, SpotifyExtractor } from "../../../../components";
import { provider } from "../../../../plugin/provider";

/** The three components, constructed by the plugin's provider or, with `test:how: direct`, by their classes. */
const app = { playlists: ["me"], spotifyClientId: pulumi.secret("id"), spotifyClientSecret: pulumi.secret("secret") };
const more = { databaseName: "music", alarms: "detailed" } as const;
const catalog = { ...more, digestEmail: "me@example.org", compactSchedule: "cron(0 7 * * ? *)" };

function construct(component: string, inputs: pulumi.Inputs): pulumi.Output<Record<string, unknown>> {
  const made = provider.construct("music", `playlake:index:${component}`, inputs, {});
  return pulumi.output(made).apply(({ state }) => state);
}

function served(): object {
  const extractor = construct("SpotifyExtractor", app);
  const rawBucket = extractor.apply((outputs) => outputs.rawBucket);
  const transformer = construct("PlaylistTransformer", { rawBucket, trigger: "notification", ...more });
  const lakeBucket = transformer.apply((outputs) => outputs.lakeBucket);
  const athena = construct("AthenaCatalog", { lakeBucket, ...catalog });
  return { extractor, transformer, athena };
}

function direct(): object {
  const { rawBucket } = new SpotifyExtractor("music", app);
  const { lakeBucket } = new PlaylistTransformer("music", { rawBucket, ...more });
  new AthenaCatalog("music", { lakeBucket, ...catalog });
  return {};
}

export = new pulumi.Config("test").require("how") === "served" ? served() : direct();
