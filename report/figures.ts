import { count } from "../lake/lists";
import type { RowIn } from "./answers";
import { type Bucket, dayStart, monthText } from "./days";
import { loadDrawing, type Marks, type Places, type PlotOptions } from "./drawing";
import { explicitShare, type Flow, type PlaylistHistory, type Range } from "./history";
import { cleaned, type Markup, number, percent } from "./markup";
import { newestFirst, type tables } from "./tables";

/** The figures by their tables' names, each an SVG image; its description is for readers who cannot see it. */
export type Figures = Readonly<Record<keyof typeof tables, (playlist: PlaylistHistory, description: string) => Markup>>;

/** In the figure's own units; on the page it is scaled to its column's width. */
const width = 340;
const height = 240;
/** More buckets than this leave no space for a dot each. */
const mostDots = 40;
/** A bar of a day; wider ones would look like areas. */
const widestBar = 28;
/** Space for the labels of an axis. */
const margins = { marginTop: 14, marginRight: 12, marginBottom: 38, marginLeft: 40 };
const halfDayMs = 43_200_000;

/** The page's style defines the colours, for light and dark. */
const colours = { grid: "var(--grid)", came: "var(--came)", went: "var(--went)", ink: "var(--ink)" };

/** The instants between which a bucket is drawn. A day is centred on its label on the axis. */
function span({ first, last }: Range): { begin: Date; end: Date } {
  const dayEnd = new Date(dayStart(last).getTime() + 2 * halfDayMs);
  const shiftMs = first === last ? halfDayMs : 0;
  return { begin: new Date(dayStart(first).getTime() - shiftMs), end: new Date(dayEnd.getTime() - shiftMs) };
}

function middle(bucket: Bucket): Date {
  const { begin, end } = span(bucket);
  return new Date((begin.getTime() + end.getTime()) / 2);
}

function placesOf(rows: readonly Bucket[]): Places {
  return { axis: "x", at: newestFirst(rows).map(middle) };
}

/** The lowest and the highest value, at least 4 apart so that the ticks are whole numbers, never below 0. */
function wholeNumbers(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const missing = Math.max(0, 4 - (high - low));
  const bottom = Math.max(0, low - Math.ceil(missing / 2));
  return [bottom, Math.max(high, bottom + 4)];
}

/**
 * Loads the drawing packages and returns the figures of a lake.
 * @param buckets the period that all figures show
 * @throws as `loadDrawing`
 */
export async function openFigures(buckets: readonly Bucket[]): Promise<Figures> {
  const drawing = await loadDrawing();
  const { Plot } = drawing;
  const [first, last] = [buckets[0]!, buckets.at(-1)!];
  const time: [Date, Date] = [span(first).begin, span(last).end];
  const timeAxis = () => Plot.axisX({ ticks: Math.min(5, buckets.length), tickSize: 4, tickPadding: 4 });

  const overTime = (options: PlotOptions, marks: Marks, description: string, places: Places) =>
    drawing.draw(
      {
        ...{ width, height, ...margins },
        ...options,
        x: { type: "utc", domain: time, label: null },
        marks: [...marks, timeAxis()],
      },
      description,
      places,
    );

  /** One for each bucket, so that a line breaks where a bucket has no value. */
  const everyBucket = <T extends Bucket>(known: readonly T[], of: (one: T) => number) => {
    const values = new Map(known.map((one) => [one.first, of(one)]));
    return buckets.map((bucket) => ({ at: middle(bucket), value: values.get(bucket.first) ?? Number.NaN }));
  };

  // With many buckets, dots would hide the line and areas would double the page's size. A value alone needs its dot.
  const isDense = buckets.length > mostDots;
  const hasDot = (points: readonly { value: number }[], i: number) => {
    const isAlone = [points[i - 1], points[i + 1]].every((point) => point === undefined || Number.isNaN(point.value));
    return !Number.isNaN(points[i]?.value) && (!isDense || isAlone);
  };

  /** A line with a dot at each value, if there is space for dots; a dashed one has squares. */
  const line = (points: ReturnType<typeof everyBucket>, stroke: string, dash?: string) => {
    const dots = points.filter((_, i) => hasDot(points, i));
    const dashed = dash === undefined ? {} : { strokeDasharray: dash };
    return [
      Plot.lineY(points, { x: "at", y: "value", stroke, strokeWidth: 1.75, ...dashed }),
      Plot.dot(dots, { x: "at", y: "value", r: 2, fill: stroke, symbol: dash === undefined ? "circle" : "square" }),
    ];
  };

  const grid = () => Plot.gridY({ ticks: 4, stroke: colours.grid, strokeOpacity: 1 });
  const valueAxis = (tickFormat: (value: number) => string) =>
    Plot.axisY({ ticks: 4, tickSize: 0, tickPadding: 8, label: null, tickFormat });

  return {
    size({ sizes }, description) {
      const points = everyBucket(sizes, ({ row }) => row.entries);
      const domain = wholeNumbers(sizes.map(({ row }) => row.entries));
      const marks = [grid(), valueAxis(number), ...line(points, colours.came)];
      return overTime({ y: { domain, nice: 4 } }, marks, description, placesOf(sizes));
    },
    changes({ flows }, description) {
      const bars = flows.map((flow) => ({ ...flow, ...span(flow), below: -flow.went }));
      const most = (of: (flow: Flow) => number) => Math.max(2, ...flows.map(of));
      const domain = [-most(({ went }) => went), most(({ came }) => came)];
      const slot = (width - margins.marginLeft - margins.marginRight) / buckets.length;
      const inset = buckets.length > mostDots ? 0.25 : Math.max(1, (slot - widestBar) / 2);
      // `inset` would reduce a bar's height too.
      const sides = { x1: "begin", x2: "end", insetLeft: inset, insetRight: inset };
      const marks = [
        grid(),
        valueAxis((value) => number(Math.abs(value))),
        Plot.rectY(
          bars.filter(({ came }) => came > 0),
          { ...sides, y1: 0, y2: "came", fill: colours.came, ariaLabel: "added" },
        ),
        Plot.rectY(
          bars.filter(({ went }) => went > 0),
          { ...sides, y1: 0, y2: "below", fill: colours.went, ariaLabel: "removed" },
        ),
        Plot.ruleY([0], { stroke: colours.ink, strokeOpacity: 0.6 }),
      ];
      return overTime({ y: { domain, nice: 4 } }, marks, description, placesOf(flows));
    },
    artists({ artists, artistBuckets }, description) {
      const rows = artists.map(({ name, shares }, place) => {
        const known = artistBuckets.map((bucket, i) => ({ ...bucket, share: shares[i] ?? 0 }));
        const points = everyBucket(known, ({ share }) => share);
        return { place, name: cleaned(name ?? "no name"), last: percent(shares.at(-1) ?? 0), points };
      });
      const points = rows.flatMap(({ place, points }) => points.map((point) => ({ place, ...point })));
      const most = Math.max(0.01, ...artists.flatMap(({ shares }) => shares));
      const label = { fy: "place", fill: colours.ink, dy: -4 } as const;
      const marks = [
        Plot.ruleY([0], { stroke: colours.grid }),
        ...(isDense
          ? []
          : [Plot.areaY(points, { x: "at", y1: 0, y2: "value", fy: "place", fill: colours.came, fillOpacity: 0.16 })]),
        Plot.lineY(points, { x: "at", y: "value", fy: "place", stroke: colours.came, strokeWidth: 1.5 }),
        Plot.text(rows, {
          ...{ ...label, text: "name", frameAnchor: "top-left", lineAnchor: "bottom", lineWidth: 17 },
          textOverflow: "ellipsis",
        }),
        Plot.text(rows, { ...label, text: "last", frameAnchor: "top-right", lineAnchor: "bottom" }),
      ];
      const facets = { label: null, axis: null, domain: rows.map(({ place }) => place), padding: 0.5 } as const;
      const options: PlotOptions = {
        ...{ height: 45 * rows.length + margins.marginBottom, marginTop: 20, marginLeft: 12 },
        fy: facets,
        y: { domain: [0, most], axis: null },
      };
      return overTime(options, marks, description, placesOf(artistBuckets));
    },
    kinds({ kinds }, description) {
      const shares = (of: (row: RowIn<"kinds">) => number | null) =>
        everyBucket(kinds, ({ row }) => of(row) ?? Number.NaN);
      const explicit = shares(explicitShare);
      const unavailable = shares((row) => row.unavailable / row.entries);
      const values = [...explicit, ...unavailable].flatMap(({ value }) => (Number.isNaN(value) ? [] : [value]));
      const marks = [
        grid(),
        valueAxis((value) => `${Math.round(value * 1000) / 10} %`),
        ...line(explicit, colours.came),
        ...line(unavailable, colours.went, "4 3"),
      ];
      const y = { domain: [0, Math.max(0.04, ...values)], nice: 4 };
      return overTime({ y }, marks, description, placesOf(kinds));
    },
    stays({ stays }, description) {
      const isAlike = stays.every(({ days }) => days === stays[0]?.days);
      const rows = stays.map((stay, place) => {
        const what = [stay.name ?? "no name", ...(stay.maker === null ? [] : [stay.maker])].join(" · ");
        const { begin } = span({ first: stay.from, last: stay.from });
        const { end } = span({ first: stay.to, last: stay.to });
        // If all are equally long, they differ in when they were added.
        const aside = isAlike ? monthText(stay.addedOn) : count(stay.days, "day");
        return { ...stay, place, what: cleaned(what), aside, begin, end };
      });
      const label = { y: (row: { place: number }) => row.place + 0.62, lineAnchor: "bottom" } as const;
      const marks = [
        Plot.rect(rows, {
          ...{ x1: "begin", x2: "end", y1: (row) => row.place + 0.72, y2: (row) => row.place + 0.88 },
          fill: (row) => (row.isCurrent ? colours.came : colours.went),
        }),
        Plot.text(rows, {
          ...{ ...label, x: () => time[0], text: "what", textAnchor: "start", fill: colours.ink },
          ...{ lineWidth: 17.5, textOverflow: "ellipsis" },
        }),
        Plot.text(rows, { ...label, x: () => time[1], text: "aside", textAnchor: "end" }),
      ];
      const y = { domain: [rows.length, 0], axis: null } as const;
      // Between a row's text and its bar.
      const places: Places = { axis: "y", at: rows.map(({ place }) => place + 0.67) };
      return overTime({ height: 28 * rows.length + 52, marginLeft: 12, y }, marks, description, places);
    },
    years({ years }, description) {
      const all = years.map(({ year }) => year);
      const [low, high] = [Math.min(...all), Math.max(...all)];
      // A single year would be as wide as the figure.
      const around = Math.max(0, Math.ceil((12 - (high - low)) / 2));
      const most = Math.max(4, ...years.map(({ entries }) => entries));
      const bars = years.map(({ year, entries }) => ({ begin: year - 0.5, end: year + 0.5, entries }));
      const sides = { x1: "begin", x2: "end", insetLeft: 0.5, insetRight: 0.5 };
      const options: PlotOptions = {
        ...{ width, height, ...margins },
        x: { domain: [low - around - 0.5, high + around + 0.5], label: null },
        y: { domain: [0, most], nice: 4 },
        marks: [
          grid(),
          valueAxis(number),
          Plot.rectY(bars, { ...sides, y: "entries", fill: colours.came }),
          Plot.axisX({ ticks: 5, tickSize: 4, tickPadding: 4, tickFormat: String }),
        ],
      };
      return drawing.draw(options, description, { axis: "x", at: newestFirst(all) });
    },
  };
}
