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

# In these `playlake --stack NAME` finds the lake.
lake = {
    "rawBucket": extractor.raw_bucket,
    "lakeBucket": transformer.lake_bucket,
    "resultsBucket": catalog.results_bucket,
    "extractFunction": extractor.function_name,
    "transformFunction": transformer.function_name,
    "schedules": {
        "run": extractor.run_schedule_name,
        "crawl": catalog.crawl_schedule_name,
        "timezone": timezone,
    },
    "appParameterArn": extractor.app_parameter_arn,
    "tokenParameterArn": extractor.token_parameter_arn,
    "tokenKeyId": extractor.token_key_id,
    "database": catalog.database_name,
    "workgroup": catalog.workgroup_name,
    "crawler": catalog.crawler_name,
    "failureQueues": {
        "extract": extractor.failure_queue_url,
        "transform": transformer.failure_queue_url,
        "crawlSchedule": catalog.crawl_failure_queue_url,
    },
}
for name, value in lake.items():
    pulumi.export(name, value)

# Lets a role or group query the lake.
pulumi.export("readPolicy", catalog.read_policy)
