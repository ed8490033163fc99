"""The history of playlists, as a program in Python."""

import pulumi
import pulumi_playlake as playlake

config = pulumi.Config()
timezone = "Europe/Berlin"

extractor = playlake.SpotifyExtractor(
    "music",
    playlists=["3cEYpjA9oz9GiPac4AsH4n", "liked"],
    spotify_client_id=config.require_secret("spotifyClientId"),
    spotify_client_secret=config.require_secret("spotifyClientSecret"),
    timezone=timezone,
)

transformer = playlake.PlaylistTransformer(
    "music",
    raw_bucket=extractor.raw_bucket,
    trigger=playlake.Trigger.NOTIFICATION,
    database_name=f"music_{pulumi.get_stack()}",
)

catalog = playlake.AthenaCatalog(
    "music",
    lake_bucket=transformer.lake_bucket,
    database_name=transformer.database_name,
    timezone=timezone,
    transform={"queriesWorkgroup": {"description": "Ask here."}},
)

pulumi.export("readPolicy", catalog.read_policy)
pulumi.export("tokenParameterArn", extractor.token_parameter_arn)
pulumi.export("workgroup", catalog.workgroup_name)
