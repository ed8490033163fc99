// Your own table in the lake's database, so that one query can join both.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AthenaCatalog } from "playlake";

const charts = new aws.s3.Bucket("charts");

const catalog = new AthenaCatalog("charts", {
  lakeBucket: "our-lake",
  tables: {
    charts: { columns: ["day", "track_id", "rank"], location: pulumi.interpolate`s3://${charts.bucket}/top/` },
  },
});

new aws.athena.NamedQuery("charting", {
  description: "Tracks of our playlists that are in the charts of the same day.",
  database: catalog.databaseName,
  workgroup: catalog.workgroupName,
  query: `SELECT i.playlist_id, i.snapshot_date, c.rank, i.item_key
FROM playlist_items i
JOIN charts c ON c.track_id = i.item_key AND CAST(c.day AS date) = i.snapshot_date`,
});

export const { databaseName } = catalog;
