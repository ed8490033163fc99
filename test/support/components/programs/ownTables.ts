import { AthenaCatalog } from "../../../../components";

const charts = { columns: ["day", "track_id", "rank"], location: "s3://charts/top/" };
const catalog = new AthenaCatalog("own", {
  lakeBucket: "their-lake",
  crawlSchedule: "none",
  tables: { charts_2026: charts },
});
export const { databaseName } = catalog;
