// docs/scale.md: where one stack ends, and the way on.

import { compactTable, compactWindowDays } from "../queries/compact";
import { tableNames } from "../transforms/schema";
import {
  afreshRequests,
  assumptions,
  costedStack,
  crawlCost,
  dailyRequests,
  fullReadDays,
  monthlyCost,
  pageEntries,
  prices,
  queryCost,
  readTables,
} from "./cost";
import { exampleStack } from "./exampleStack";
import { concurrentTransforms, leastMinutes, limits, requestsAnInvocation, secondsARequest } from "./scale";

const playlistCounts = [1, 50, 200, 1000, 2000];
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

function requestRows(): string[][] {
  return playlistCounts.map((playlists) => {
    const first = playlists * afreshRequests;
    const later = playlists * dailyRequests();
    const invocations = (requests: number) => whole(Math.ceil(requests / requestsAnInvocation()));
    const fits = limits.quotas.map((quota) => (later <= quota ? "yes" : "no"));
    return [
      whole(playlists),
      ...[
        whole(first),
        invocations(first),
        whole(later),
        minutes((later * secondsARequest()) / 60),
        invocations(later),
      ],
      ...fits,
    ];
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
  const most = (requests: number) => whole(Math.floor(requests / dailyRequests()));
  const [low, high] = limits.quotas;
  const { resources } = await exampleStack({ compactSchedule: "cron(0 7 * * ? *)" });
  const stack = costedStack(resources);
  const catchUps = stack.runsADay - 1;
  const copyCost = (playlists: number) => monthlyCost(stack, { playlists, years: 1 })["Compact copy"]?.list ?? 0;
  return `# Scale

Where one stack ends, and the way on. Reckoned by \`scripts/scale.ts\`; this page is written by \`npm run docs\`. Nothing here was
measured in AWS. Counts of a real local run, carried on to a year, are printed by \`npm run bench\`.

## One invocation, and Spotify's limits

A playlist of ${a.entries} entries takes ${afreshRequests} requests where it is read afresh: its response, its pages of ${pageEntries}, its response once more. One
that has not changed takes one, and is read afresh each ${fullReadDays} days. With ${a.changedShare * 100} % changing a day that is ${dailyRequests().toFixed(2)} requests a playlist and day.
Requests go out one after the other, ${a.requestSeconds} s each and ${limits.gapSeconds} s between: in ${limits.timeoutSeconds} s an invocation makes ${whole(requestsAnInvocation())}.

${table(
  [
    "playlists",
    "requests, first day",
    "invocations",
    "requests, later days",
    "time",
    "invocations",
    ...limits.quotas.map((quota) => `within ${whole(quota)}`),
  ],
  requestRows(),
)}

- **Time** ends one invocation at ${most(requestsAnInvocation())} playlists. That ends nothing else: what was read is stored, the run says that it is not
  complete, and each hour's catch-up goes on with what lacks, ${catchUps} times until midnight. Together they have the time for
  ${most((catchUps + 1) * requestsAnInvocation())} playlists.
- **Spotify's quota** ends before that. It is not published; field reports name ${whole(low)} to ${whole(high)} requests a day for an account's apps. That is ${most(low)} to
  ${most(high)} playlists, and fewer where more of them change, or have more pages. A run that meets it stops at once and notes
  until when; the catch-ups until then make no request. What is known to have changed is read first. What the day still lacks at
  its end is missed for good, and an alarm says so.
- The **first day** reads everything afresh: with ${whole(Math.ceil(low / afreshRequests))} playlists or more it may not be complete. Those that were read count.

## One long playlist

Spotify's longest playlists have some 11,000 entries. Both functions stream: the extractor stores pages as they arrive, the
transformer reads one at a time, and remembers nothing but the keys that it has seen. As measured by \`npm run bench\` with Node 24 the
extractor takes 141 of its 512 MiB for 11,000 entries, the transformer 109 of its 1,024 MiB for 10,000, and 245 for 100,000.

Nothing of a raw object is written to the lake before all of it has been read and found good. Until then a table over 4 MiB waits in
\`/tmp\`, of which a function has 512 MB, enough for a million entries, and not as the parts of a multipart upload: those need one more
permission, cost, and have to be cleared away where a function is killed.

## Lambda's concurrency

Each raw object starts one transform of about ${a.transformSeconds} s. The extractor reads one playlist after the other, so no more than ${Math.ceil(concurrentTransforms())} run
at the same time, however many playlists there are; an account has 1,000 places, a new one 10. A replay keeps to the number that
its command line is told. What is throttled all the same waits at Lambda's for an hour.

## What many small files cost Athena

${tableNames.length} files a playlist and day. A query over the names of all entries reads ${readTables.length} of the ${tableNames.length} tables; over the whole history:

${table(
  ["playlists", "files in the lake", "files read", "folders listed", "bytes", "S3 alone takes", "costs"],
  fileRows(),
)}

A GET a file and a LIST a folder at least, ${whole(limits.s3GetsASecond)} GETs a second as S3 promises them to a prefix that it has not split yet; bytes by
\`docs/cost.md\`. Athena's own time comes on top: it plans a split for each file, and asks the catalog for each partition. After
${limits.athenaMinutes} minutes it ends a query. So it is not the bytes that hurt but the files.

A condition on \`snapshot_day\` divides all of this: thirty days of 1,000 playlists are ${whole(queryCost(1000, 30).files)} files, ${minutes(leastMinutes(queryCost(1000, 30).files))} and ${money(queryCost(1000, 30).dollars)}.

## The crawler

Each crawl lists every folder and reads every file, and the catalog gets a partition for each table and day.

${table(["years", "partitions", "files, 1 playlist", "50", "1,000", "a crawl, 1 playlist", "50", "1,000"], crawlRows())}

A crawl costs $${(a.crawlerDpus * (a.crawlMinutes / 60) * prices.crawlerDpuHour).toFixed(2)} at least, and $${(a.crawlerDpus * prices.crawlerDpuHour).toFixed(2)} for each full hour that it takes; how long it takes for so many files, AWS does not say. The table's costs are for the ten minutes and the requests.
No query depends on a crawl, so \`crawlSchedule: none\` takes it away.

## The way on

1. **Ask for days.** A condition on \`snapshot_day\`, wherever the question allows one.
2. **No crawler**, with some hundred playlists or after some years: \`pulumi config set crawlSchedule none\`.
3. **The compact copy**, where whole histories are asked for: \`pulumi config set compactSchedule "cron(0 7 * * ? *)"\`, an hour after the
   run. See below.
4. **Fewer playlists a stack**, where Spotify's quota is what ends. The quota is the developer account's, so a second stack wants
   an app of another account.

## The compact copy

\`${compactTable}\` holds the history as one row a playlist, position and day, with names, artist, album and times: what most questions
want, without a join. It is an Iceberg table (Parquet, in a bucket of its own), kept by Athena: EventBridge Scheduler calls
\`athena:startQueryExecution\` with one \`MERGE\`, whose text is always the same but for the schedule's instant. No code of ours runs.

\`\`\`sql
SELECT snapshot_date, count(*) AS entries
FROM ${compactTable}
WHERE first_artist_or_show = 'Marrow & Pine'
GROUP BY snapshot_date
ORDER BY snapshot_date
\`\`\`

- **Why MERGE.** \`INSERT ... WHERE snapshot_date > (SELECT max(...))\` would miss a day that came late, keep what a replay has
  changed, and double the rows where it runs twice. Each run of the \`MERGE\` compares the copy with the last ${compactWindowDays} days of the lake: what is new
  comes in, what changed is changed, what is no more goes, and what is equal is not written. Run again it does nothing.
- **Why ${compactWindowDays} days.** A failed event can wait in its queue for fourteen, and no older day changes by itself. It reads
  ${whole(queryCost(1000, compactWindowDays).files)} files for 1,000 playlists, never the whole lake.
- **Older days**: where the copy is switched on late, and after a replay or an import of older days, run the query
  \`compact-whole-history\` in the copy's workgroup, as somebody who may do what its role may. It reads everything once, and a query over
  \`maxScannedBytesPerQuery\` (10 GiB) is cancelled: 1,000 playlists pass that after ${whole((10 * 2 ** 30) / queryCost(1000, 1).bytes)} days, so switch the copy on early.
- **What it costs** beside its alarms: ${[1, 50, 1000].map((count) => `${money(copyCost(count))} a month with ${whole(count)} playlist${count === 1 ? "" : "s"}`).join(", ")}.
- **Forgetting.** \`playlake forget\` takes the rows out of the table with a \`DELETE\`. Athena only notes which rows of a file are gone,
  and Iceberg keeps older states: until both are cleared, the files hold the rows, for whoever reads files or an older state. Now,
  \`ALTER TABLE ${compactTable} SET TBLPROPERTIES ('optimize_rewrite_data_file_threshold'='1', 'optimize_rewrite_delete_file_threshold'='1')\`
  and \`OPTIMIZE ${compactTable} REWRITE DATA USING BIN_PACK\` write such files anew; five days later (\`vacuum_max_snapshot_age_seconds\`)
  \`VACUUM ${compactTable}\` removes the old ones. Each goes by \`playlake sql --stack NAME "..."\`, as somebody who may besides
  \`s3:ListBucket\` and \`s3:DeleteObject\` on the copy's bucket: without the latter \`VACUUM\` succeeds, and removes nothing. None of this
  was run in Athena. Sure, and at once: take the copy away (\`pulumi config rm compactSchedule\`, \`pulumi up\`; its bucket is protected
  outside of \`dev\`), then switch it on again.
- **Many small writes.** A run adds a file or a few: in ten years some thousand, where the lake has millions. \`OPTIMIZE ${compactTable}
  REWRITE DATA USING BIN_PACK\` puts them together.
- **It fails** like anything else: alarms \`compact-failed\` (failed or cancelled), \`compact-overdue\` and \`compact-failures\`.
- **Here** the same statement runs in DuckDB, in the name of the same role; Iceberg is not modelled, the copy is one Parquet file
  with the same rows. In Trino 476 with an Iceberg catalog it was run too; in Athena itself it was not.
`;
}
