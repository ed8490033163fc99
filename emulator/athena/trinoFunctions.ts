// Trino functions that are missing from DuckDB or have other results: macros in each of the catalog's schemas, where they
// are found before DuckDB's functions. test/support/emulator/athena/trinoValues.ts compares them with Trino's values.

/** Converts MySQL's format letters, which Trino accepts, to those of strftime. */
const dateFormat = (format: string) =>
  [
    ["%M", "%B"],
    ["%i", "%M"],
    ["%s", "%S"],
    ["%h", "%I"],
    ["%c", "%-m"],
    ["%e", "%-d"],
    ["%T", "%H:%M:%S"],
    ["%W", "%A"],
  ].reduce((changed, [from, to]) => `replace(${changed}, '${from}', '${to}')`, format);

/** DuckDB accepts only constant formats, so the usual ones are listed. */
const parsedFormats = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y-%m", "%Y"]
  .flatMap((day) => [day, `${day} %H:%i`, `${day} %H:%i:%s`, `${day} %T`, `${day}T%H:%i:%s`, `${day}T%H:%i:%sZ`])
  .map(
    (format) =>
      `when '${format}' then strptime(s, '${format.replace("%i", "%M").replace("%s", "%S").replace("%T", "%H:%M:%S")}')`,
  )
  .join(" ");

/** Converts references to groups, `$1` in Trino. */
const replacement = "system.main.regexp_replace(r, '\\$([0-9])', '\\\\\\1', 'g')";

const interval = (unit: string, make: string) => `when '${unit}' then d + ${make}(cast(n as integer))`;
const dateUnits = [
  ...[interval("day", "to_days"), interval("week", "to_weeks"), interval("month", "to_months")],
  ...[interval("quarter", "to_quarters"), interval("year", "to_years"), interval("hour", "to_hours")],
  ...[interval("minute", "to_minutes"), interval("second", "to_seconds")],
].join(" ");

const macros: readonly string[] = [
  // Aggregates
  "approx_distinct(x) as approx_count_distinct(x)",
  "approx_percentile(x, p) as approx_quantile(x, cast(p as float))",
  "every(x) as bool_and(x)",
  // Dates and times
  `date_add(u, n, d) as cast(case lower(u) ${dateUnits} end as timestamp)`,
  "date_diff(u, a, b) as datesub(u, a, b)",
  `date_format(t, f) as strftime(t, ${dateFormat("f")})`,
  `date_parse(s, f) as case f ${parsedFormats} else error('date_parse: the local SQL does not know the format ' || f) end`,
  "day_of_month(d) as day(d)",
  "day_of_week(d) as isodow(d)",
  "day_of_year(d) as dayofyear(d)",
  "dow(d) as isodow(d)",
  "doy(d) as dayofyear(d)",
  "from_iso8601_date(s) as cast(s as date)",
  "from_iso8601_timestamp(s) as cast(s as timestamptz)",
  "from_unixtime(n) as to_timestamp(n)",
  "last_day_of_month(d) as last_day(d)",
  "to_unixtime(t) as epoch(t)",
  "week_of_year(d) as week(d)",
  "year_of_week(d) as isoyear(d)",
  // Arrays and maps
  "array_join(a, s) as array_to_string(a, s), (a, s, n) as array_to_string(list_transform(a, lambda x: coalesce(cast(x as varchar), n)), s)",
  "array_max(a) as list_max(a)",
  "array_min(a) as list_min(a)",
  "cardinality(a) as len(a)",
  "element_at(a, i) as a[i]",
  "sequence(a, b) as generate_series(a, b), (a, b, s) as generate_series(a, b, s)",
  "slice(a, i, n) as list_slice(a, i, i + n - 1)",
  // Texts
  "codepoint(s) as ord(s)",
  "levenshtein_distance(a, b) as levenshtein(a, b)",
  "regexp_count(s, p) as len(system.main.regexp_extract_all(s, p))",
  "regexp_extract(s, p) as case when regexp_matches(s, p) then system.main.regexp_extract(s, p) end, " +
    "(s, p, g) as case when regexp_matches(s, p) then system.main.regexp_extract(s, p, g) end",
  "regexp_like(s, p) as regexp_matches(s, p)",
  `regexp_replace(s, p) as system.main.regexp_replace(s, p, '', 'g'), (s, p, r) as system.main.regexp_replace(s, p, ${replacement}, 'g')`,
  "regexp_split(s, p) as string_split_regex(s, p)",
  "split_part(s, d, i) as string_split(s, d)[i]",
  // JSON
  "json_extract_scalar(j, p) as case when json_type(j, p) not in ('OBJECT', 'ARRAY') then json_extract_string(j, p) end",
  "json_format(j) as cast(j as varchar)",
  "json_parse(s) as cast(s as json)",
  // Numbers
  "bitwise_and(a, b) as a & b",
  "bitwise_or(a, b) as a | b",
  "bitwise_xor(a, b) as xor(a, b)",
  "infinity() as cast('infinity' as double)",
  "is_nan(x) as isnan(x)",
  "nan() as cast('nan' as double)",
  "truncate(x) as trunc(x)",
];

export const trinoFunctions: readonly string[] = macros.map((macro) => `create macro ${macro}`);
