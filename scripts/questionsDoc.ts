// docs/questions.md: common questions about playlists, each with its SQL and the samples' answer.
import { aboutSamples, sampleDays } from "./sampleLake";

interface Question {
  readonly ask: string;
  /** A remark on the query, in a sentence or two. */
  readonly note: string;
  readonly sql: string;
}

const questions: readonly Question[] = [
  {
    ask: "What did a playlist look like on a day?",
    note: "Change the name and the day. `items` has the names of tracks and episodes on each day.",
    sql: `SELECT i.position + 1 AS "#", t.name, t.first_artist_or_show AS artist
FROM playlist_items i
JOIN playlists p ON p.playlist_id = i.playlist_id AND p.snapshot_day = i.snapshot_day
LEFT JOIN items t ON t.item_key = i.item_key AND t.snapshot_day = i.snapshot_day
WHERE p.name LIKE 'Mixtape%' AND i.snapshot_day = '2026-11-02'
ORDER BY i.position
LIMIT 8`,
  },
  {
    ask: "What was added, removed or moved, day by day?",
    note: "`previous_date` is the stored day before. A song that was dragged elsewhere is `moved`. For one month, add\n`WHERE c.snapshot_date >= date '2026-11-01' AND c.snapshot_date < date '2026-12-01'`.",
    sql: `SELECT c.snapshot_date, p.name AS playlist, c.change, t.name, t.first_artist_or_show AS artist
FROM changes c
JOIN playlists p ON p.playlist_id = c.playlist_id AND p.snapshot_date = c.snapshot_date
LEFT JOIN items t ON t.item_key = c.item_key
  AND t.snapshot_date = CASE WHEN c.change = 'removed' THEN c.previous_date ELSE c.snapshot_date END
ORDER BY c.snapshot_date DESC, p.name, c.change, t.name
LIMIT 8`,
  },
  {
    ask: "In which of my lists was a song, and when?",
    note: "`stays` has one row for each time that a song was in a list without a break.",
    sql: `SELECT DISTINCT p.name AS playlist, t.name, s.from_date, s.to_date, s.is_current
FROM stays s
JOIN playlists p ON p.playlist_id = s.playlist_id AND p.snapshot_date = s.to_date
JOIN items t ON t.item_key = s.item_key AND t.snapshot_date = s.to_date
WHERE lower(t.name) LIKE '%golden hour%'
ORDER BY p.name, t.name, s.from_date`,
  },
  {
    ask: "When was a song added, and by whom?",
    note: "`added_at` is Spotify's own date, so it goes back to before your first stored day.",
    sql: `SELECT playlist, name, added_at, added_by_id
FROM latest_items
WHERE lower(name) LIKE '%golden hour%'
ORDER BY added_at, playlist, position`,
  },
  {
    ask: "Which Liked Songs did I remove, and which did I like again?",
    note: "Liked Songs are the playlist `liked`. A song with two rows was removed in between.",
    sql: `SELECT t.name, t.first_artist_or_show AS artist, s.from_date, s.to_date, s.is_current
FROM stays s
JOIN items t ON t.item_key = s.item_key AND t.snapshot_date = s.to_date
WHERE s.playlist_id = 'liked'
  AND s.item_key IN (SELECT item_key FROM stays WHERE playlist_id = 'liked' AND NOT is_current)
ORDER BY t.name, s.from_date`,
  },
  {
    ask: "Which songs can I no longer play, and what were they?",
    note: "Spotify serves an empty entry for a song that is gone. The history remembers its name.",
    sql: `SELECT playlist, position + 1 AS "#", last_name, since_date, days
FROM unavailable_since
ORDER BY since_date, playlist, position`,
  },
  {
    ask: "How did my lists grow?",
    note: "One row for each playlist and stored day.",
    sql: `SELECT playlist, min(entries) AS smallest, max(entries) AS largest, count(*) AS stored_days
FROM playlist_size
GROUP BY playlist
ORDER BY playlist`,
  },
  {
    ask: "Which songs have been in a list the longest?",
    note: "Counted from a list's first stored day; `added_at` goes further back. Also as a named query:\n`playlake sql --named longest-stays`.",
    sql: `SELECT p.name AS playlist, t.name, t.first_artist_or_show AS artist, s.from_date, s.days
FROM stays s
JOIN playlists p ON p.playlist_id = s.playlist_id AND p.snapshot_date = s.to_date
JOIN items t ON t.item_key = s.item_key AND t.snapshot_date = s.to_date
WHERE s.is_current
ORDER BY s.days DESC, t.name, s.playlist_id
LIMIT 5`,
  },
  {
    ask: "Which artists fill my lists now?",
    note: "Only the first artist of each song counts here; `track_artists` has all of them.",
    sql: `SELECT first_artist_or_show AS artist, count(*) AS entries, count(DISTINCT playlist_id) AS lists
FROM latest_items
WHERE item_type = 'track'
GROUP BY first_artist_or_show
ORDER BY entries DESC, artist
LIMIT 5`,
  },
  {
    ask: "How many artists were new to me each month?",
    note: "An artist is new in the month in which the first of their songs was added to any list, removed ones included.",
    sql: `SELECT date_format(first_added, '%Y-%m') AS month, count(*) AS new_artists
FROM (
  SELECT a.artist_key, min(i.added_at) AS first_added
  FROM playlist_items i
  JOIN track_artists a ON a.track_key = i.item_key AND a.snapshot_day = i.snapshot_day
  GROUP BY a.artist_key
) AS artists
WHERE first_added IS NOT NULL
GROUP BY 1
ORDER BY 1 DESC
LIMIT 5`,
  },
  {
    ask: "Which songs are in more than one of my lists?",
    note: "",
    sql: `SELECT name, first_artist_or_show AS artist, count(DISTINCT playlist_id) AS lists
FROM latest_items
WHERE item_key IS NOT NULL
GROUP BY item_key, name, first_artist_or_show
HAVING count(DISTINCT playlist_id) > 1
ORDER BY lists DESC, name
LIMIT 5`,
  },
  {
    ask: "Which songs are twice in the same list?",
    note: "",
    sql: `SELECT playlist, name, count(*) AS copies
FROM latest_items
WHERE item_key IS NOT NULL
GROUP BY playlist_id, playlist, item_key, name
HAVING count(*) > 1
ORDER BY playlist, name
LIMIT 5`,
  },
  {
    ask: "From which decades is my music?",
    note: "`released_on` is a date; only the year is known for some albums.",
    sql: `SELECT year(released_on) - mod(year(released_on), 10) AS decade, count(*) AS entries
FROM latest_items
WHERE released_on IS NOT NULL
GROUP BY 1
ORDER BY 1`,
  },
  {
    ask: "How old are the songs in my lists?",
    note: "On average, in years since the release of their albums.",
    sql: `SELECT playlist, round(avg(date_diff('day', released_on, snapshot_date)) / 365.25, 1) AS years
FROM latest_items
WHERE item_type = 'track'
GROUP BY playlist
ORDER BY playlist`,
  },
];

/** The text of docs/questions.md, with the answers of a local run over the samples. */
export async function questionsDoc(): Promise<string> {
  const parts: string[] = [];
  for (const { ask, note, sql } of questions) {
    const lines = [`## ${ask}`, ...(note === "" ? [] : ["", note]), "", "```sql", sql, "```", ""];
    parts.push([...lines, "```text", await aboutSamples("sql", sql), "```"].join("\n"));
  }
  return `${introduction}\n${parts.join("\n\n")}\n`;
}

const introduction = `# Questions

Common questions about playlists. Copy the SQL into \`npx playlake sql "..."\`, into the prompt that
\`npx playlake sql\` opens, or into the Athena console: it works in all of them. Each answer below comes from a local run
over the samples, of ${sampleDays} simulated days. [tables.md](tables.md) lists every table, view and named query.
[history.md](history.md) shows commands that answer the most common ones without SQL.
A condition on \`snapshot_day\` makes Athena read only those days' files. \`npm run docs\` writes this page.
`;
