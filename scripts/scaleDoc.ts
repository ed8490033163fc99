// docs/scale.md: the limits of one stack, and how to go beyond them.

import { compactTable, compactWindowDays } from "../queries/compact";
import { leastResumed } from "../spotify/readPlaylist";
import { tableNames } from "../transforms/schema";
import { costedStack, crawlCost, monthlyCost, queryCost, readTables } from "./cost";
import { assumptions, prices } from "./costBasis";
import { exampleStack } from "./exampleStack";
import {
  afreshRequests,
  dailyRequests,
  fullReadDays,
  likedRequests,
  likedUnchangedRequests,
  mostLikedSongs,
  playlistsWithin,
  tokenRequests,
} from "./requests";
import {
  concurrentTransforms,
  leastMinutes,
  likedMemoryMiB,
  limits,
  requestsAnInvocation,
  secondsARequest,
} from "./scale";

const playlistCounts = [1, 50, 200, 1000, 2000];
/** Entries of a short playlist, and of a longer one. */
const [short, long] = [assumptions.entries, 250];
const manySongs = 50_000;
const years = [1, 3, 10];
const { daysAYear } = assumptions;

const whole = (value: number) => Math.round(value).toLocaleString("en");
const money = (dollars: number) => (dollars < 0.005 ? "< $0.01" : `$${dollars.toFixed(2)}`);
const size = (bytes: number) => (bytes < 1e9 ? `${whole(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`);
const minutes = (value: number) =>
  value < 1 / 60 ? "< 1 s" : value < 1 ? `${whole(value * 60)} s` : `${whole(value)} min`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

const daily = (entries: number, hasUser: boolean) => dailyRequests(entries, assumptions.changedShare, hasUser);

function readRows(): string[][] {
  const liked = [20_000, manySongs].map((songs) => `${whole(songs)} take ${whole(likedRequests(songs))}`);
  return [
    [`a playlist of up to ${short} entries, in full`, `${afreshRequests(short)}: its response holds ${short} entries`],
    [
      "a longer one, in full",
      `2, and 1 for every 50 entries after the first 100: ${long} take ${afreshRequests(long)}`,
    ],
    ["an unchanged playlist, without a user", "1: its response"],
    ["unchanged playlists, with a user's consent", "1 for 50 of them: a page of the user's list"],
    ["Liked Songs, unchanged", `${likedUnchangedRequests}: the user and the first page`],
    ["Liked Songs, in full", `2, and 1 for every 50 songs: ${liked.join(", ")}`],
    ["the access token", `${tokenRequests} a run`],
  ];
}

function quotaRows(): string[][] {
  return [short, long].flatMap((entries) =>
    [false, true].map((hasUser) => {
      const requests = daily(entries, hasUser);
      const within = limits.quotas.map((quota) => whole(playlistsWithin(quota, requests)));
      return [`${entries} entries, ${hasUser ? "with" : "without"} a user`, requests.toFixed(2), ...within];
    }),
  );
}

function timeRows(): string[][] {
  return playlistCounts.map((playlists) => {
    const first = tokenRequests + playlists * afreshRequests(long);
    const later = tokenRequests + playlists * daily(long, false);
    const invocations = (requests: number) => whole(Math.ceil(requests / requestsAnInvocation()));
    const time = minutes((later * secondsARequest()) / 60);
    return [whole(playlists), whole(first), invocations(first), whole(later), time, invocations(later)];
  });
}

function fileRows(): string[][] {
  return [1, 50, 1000].flatMap((playlists) =>
    years.map((count) => {
      const days = count * daysAYear;
      const cost = queryCost(playlists, days);
      const leastTime = leastMinutes(cost.files);
      const least = minutes(leastTime);
      return [
        `${whole(playlists)}, after ${count} ${count === 1 ? "year" : "years"}`,
        whole(playlists * days * tableNames.length),
        whole(cost.files),
        whole(cost.partitions),
        size(cost.bytes),
        leastTime > limits.athenaMinutes ? `${least}: ended before` : least,
        money(cost.dollars),
      ];
    }),
  );
}

function crawlRows(): string[][] {
  return years.map((count) => {
    const partitions = count * daysAYear * tableNames.length;
    return [
      `${count}`,
      whole(partitions),
      ...[1, 50, 1000].map((playlists) => whole(partitions * playlists)),
      ...[1, 50, 1000].map((playlists) => money(crawlCost(playlists, count * daysAYear))),
    ];
  });
}

/** The text of docs/scale.md. */
export async function scaleDoc(): Promise<string> {
  const a = assumptions;
  const most = (requests: number) => whole(playlistsWithin(requests, daily(long, false)));
  const [low, high] = limits.quotas;
  const { resources } = await exampleStack({ compactSchedule: "cron(0 7 * * ? *)" });
  const stack = costedStack(resources);
  const catchUps = stack.runsADay - 1;
  const copyCost = (playlists: number) => monthlyCost(stack, { playlists, years: 1 })["Compact copy"]?.list ?? 0;
  return `# Scale

The limits of one stack, and how to go beyond them. \`scripts/scale.ts\` and \`scripts/requests.ts\` compute the figures, and \`npm run docs\` writes this page.
None of them was measured in AWS. \`npm run bench\` prints counts of a real local run, extrapolated to a year.

## One invocation, and Spotify's limits

${table(["read", "requests"], readRows())}

Unchanged contents are read in full every ${fullReadDays} days. If ${a.changedShare * 100} % of the playlists change each day, a playlist takes this many requests
on an average day, and Spotify's quota carries this many playlists. The quota is not published; field reports name ${whole(low)} to
${whole(high)} requests a day for an account's apps.

${table(["playlists of", "requests a day", ...limits.quotas.map((quota) => `within ${whole(quota)}`)], quotaRows())}

Requests are sent one after the other, ${a.requestSeconds} s each with ${limits.gapSeconds} s between them, so an invocation makes ${whole(requestsAnInvocation())} in
${limits.timeoutSeconds} s. With ${long} entries a playlist, and no user:

${table(["playlists", "requests, first day", "invocations", "requests, later days", "time", "invocations"], timeRows())}

- **Time** limits one invocation to ${most(requestsAnInvocation())} of these playlists. The run then stores what it has read and reports that it is not
  complete. Each hour's catch-up reads more of what is missing, ${catchUps} times until midnight.
- **Spotify's quota** is the lower limit. A run that reaches it stops and stores the time until which Spotify refuses; catch-ups
  before that time make no request. Playlists known to have changed are read first. A playlist still missing at the end of the day
  cannot be recovered, and an alarm fires.
- The **first day** reads everything in full: of playlists with ${long} entries, ${whole(low)} requests carry ${whole(playlistsWithin(low, afreshRequests(long)))}. The playlists it read are kept.

## Liked Songs and long playlists

Spotify's longest playlists have some 11,000 entries; collections of ${whole(manySongs)} Liked Songs are on record. Both functions stream: the
extractor stores pages as they arrive, the transformer reads one page at a time and keeps only the keys it has seen. Measured in
processes with the declared memory:

${table(
  ["read", "extractor, of 512 MiB", "transformer, of 1,024 MiB"],
  [
    ["a playlist of 11,000 entries", "141 MiB", "109 MiB (10,000 entries)"],
    ["a playlist of 100,000 entries", "", "245 MiB"],
    [`${whole(manySongs)} Liked Songs`, `under ${likedMemoryMiB.extract} MiB`, `under ${likedMemoryMiB.transform} MiB`],
  ],
)}

${whole(manySongs)} Liked Songs take ${minutes((likedRequests(manySongs) * secondsARequest()) / 60)}, so one invocation reads them. A read of ${whole(leastResumed)} entries and more that time, quota or failures
cut short is kept, and the next run goes on with it, unless the list has changed since: then it starts over. So of Liked Songs that
change every day, a quota of ${whole(low)} requests carries ${whole(mostLikedSongs(low))}.

The transformer writes to the lake only after it has read and checked the whole raw object. Until then a table over 4 MiB is kept
in \`/tmp\`. A function has 512 MB there, enough for a million entries. The parts of a multipart upload would need another permission,
would cost money, and would have to be removed if a function is killed.

## Lambda's concurrency

Each raw object starts one transform of about ${a.transformSeconds} s. The extractor reads one playlist after the other, so about ${Math.ceil(concurrentTransforms())} run
at the same time, for any number of playlists; more if unchanged playlists follow one another, which take no request but only S3's
time. An account can run 1,000 functions at once, a new account 10. A replay runs as many as its command line allows. Lambda
retries throttled events for an hour.

## What many small files cost Athena

${tableNames.length} files per playlist and day. A query over the names of all entries reads ${readTables.length} of the ${tableNames.length} tables; over the whole history:

${table(
  ["playlists", "files in the lake", "files read", "folders listed", "bytes", "S3 alone takes", "costs"],
  fileRows(),
)}

Computed from at least a GET per file and a LIST per folder, and from the ${whole(limits.s3GetsASecond)} GETs a second that S3 guarantees for a prefix
it has not split yet; bytes as in \`docs/cost.md\`. Athena's own time is extra: it plans a split for each file, and queries the catalog
for each partition. It ends a query after ${limits.athenaMinutes} minutes. So the number of files is the limit, not the bytes.

A condition on \`snapshot_day\` divides all of this: thirty days of 1,000 playlists are ${whole(queryCost(1000, 30).files)} files, ${minutes(leastMinutes(queryCost(1000, 30).files))} and ${money(queryCost(1000, 30).dollars)}.

## The crawler

Each crawl lists every folder and reads every file, and the catalog gets a partition for each table and day.

${table(["years", "partitions", "files, 1 playlist", "50", "1,000", "a crawl, 1 playlist", "50", "1,000"], crawlRows())}

A crawl costs at least $${(a.crawlerDpus * (a.crawlMinutes / 60) * prices.crawlerDpuHour).toFixed(2)}, and $${(a.crawlerDpus * prices.crawlerDpuHour).toFixed(2)} for each full hour. AWS does not document how long a crawl of so many files takes.
The table's costs are for the ten minutes and the requests. No query depends on a crawl, so you can remove it with
\`crawlSchedule: none\`.

## How to go beyond them

1. **Query days.** Use a condition on \`snapshot_day\` whenever the question allows one.
2. **Remove the crawler** with a few hundred playlists or after a few years: \`pulumi config set crawlSchedule none\`.
3. **Add the compact copy** if you query whole histories: \`pulumi config set compactSchedule "cron(0 7 * * ? *)"\`, an hour after the
   run. See below.
4. **Use fewer playlists per stack** if Spotify's quota is the limit. The quota belongs to the developer account, so a second stack needs
   an app of another account.

## The compact copy

\`${compactTable}\` holds the history as one row per playlist, position and day, with names, artist, album and times: enough for
most questions without a join. It is an Iceberg table (Parquet, in its own bucket) that Athena maintains: EventBridge Scheduler calls
\`athena:startQueryExecution\` with one \`MERGE\`, in which only the schedule's instant changes. No function runs.

\`\`\`sql
SELECT snapshot_date, count(*) AS entries
FROM ${compactTable}
WHERE first_artist_or_show = 'Marrow & Pine'
GROUP BY snapshot_date
ORDER BY snapshot_date
\`\`\`

- **Why MERGE.** \`INSERT ... WHERE snapshot_date > (SELECT max(...))\` would miss a day that came late, keep rows that a
  replay has changed, and double the rows if it runs twice. Each \`MERGE\` compares the copy with the last ${compactWindowDays} days of the lake. It inserts
  new rows, updates changed rows, deletes rows that no longer exist, and does not write equal rows. Running it again changes nothing.
- **Why ${compactWindowDays} days.** A failed event can wait in its queue for fourteen days, and no older day changes by itself. A run reads
  ${whole(queryCost(1000, compactWindowDays).files)} files for 1,000 playlists, never the whole lake.
- **Older days.** If the copy is switched on late, and after a replay or an import of older days, run the query
  \`compact-whole-history\` in the copy's workgroup, with the permissions of the copy's role. It reads everything once, and a query over
  \`maxScannedBytesPerQuery\` (10 GiB) is cancelled: 1,000 playlists pass that after ${whole((10 * 2 ** 30) / queryCost(1000, 1).bytes)} days, so switch the copy on early.
- **Months.** The files of each month are kept apart, so a statement reads and rewrites only the months that it compares. Athena
  writes at most 100 partitions in a statement. For a history of more than eight years, run \`compact-whole-history\` with a later
  date in the place of \`0001-01-01\` first, and then as it is.
- **Upkeep.** Three optimizers of Glue keep the table small: one merges a month's files once ten have come, and rewrites files with
  deleted rows; one removes snapshots after five days, with their files; one removes files that no snapshot names. The last two run
  once a week. You never run \`OPTIMIZE\` or \`VACUUM\`.
- **Cost** without its alarms: ${[1, 50, 1000].map((count) => `${money(copyCost(count))} a month with ${whole(count)} playlist${count === 1 ? "" : "s"}`).join(", ")}.
- **Forgetting.** \`playlake forget\` removes the rows from the table with a \`DELETE\`. Athena only marks the rows of a file as deleted,
  and Iceberg keeps older snapshots. Until the optimizers have cleared both, about two weeks later, anyone who can read the files or
  an older snapshot can read the rows. The immediate and certain way is to remove the copy (\`pulumi config rm compactSchedule\`,
  \`pulumi up\`) and to switch it on again.
- **The table's form** is fixed when it is made. A copy that was switched on before it had months keeps working without them; to give
  it months, remove it and switch it on again, then run \`compact-whole-history\`.
- **Failures** raise the alarms \`compact-failed\` (failed or cancelled), \`compact-overdue\` and \`compact-failures\`.
- **Locally** the same statement runs in DuckDB, with the permissions of the same role. Iceberg's files are not modelled: the copy is one
  Parquet file with the same rows. The statement was also tested in Trino 476 with an Iceberg catalog. Neither the table, nor the
  statement, nor the optimizers have run in AWS.
`;
}
