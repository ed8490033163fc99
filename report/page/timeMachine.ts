import { count } from "../../lake/lists";
import { dayText } from "../days";
import { foreign, html, type Markup } from "../markup";
import { byId, csv, dayButton, download, fill, onDayButton } from "./dom";
import type { Item, PlaylistHistory } from "./history";
import { type Line, linesOf, logOf, searchable, titleOf } from "./view";

/** Days of the log that are shown at first. */
const daysAtFirst = 30;
/** Changes of one day that are named above the list. */
const changesAtMost = 12;

/** What the list is sorted by. */
const columns: Readonly<Record<string, (line: Line) => string | number>> = {
  position: ({ position, from }) => position ?? (from ?? 0) - 0.5,
  title: ({ item }) => titleOf(item),
  artist: ({ item }) => item[1],
  album: ({ item }) => item[2],
  since: ({ since }) => since ?? "",
};

/** Starts the controls. @returns shows a list as it stood on a stored day */
export function startTimeMachine(
  histories: readonly PlaylistHistory[],
  items: readonly Item[],
): (playlist: number, day: number) => void {
  const select = byId<HTMLSelectElement>("playlist");
  const slider = byId<HTMLInputElement>("day");
  const other = byId<HTMLSelectElement>("other-day");
  const filter = byId<HTMLInputElement>("filter");
  let playlist = 0;
  const heads = document.querySelectorAll<HTMLElement>("#list-head th");
  let sortedBy = { name: "position", isDescending: false };
  let lines: Line[] = [];
  let isLogWhole = false;

  const history = () => histories[playlist] as PlaylistHistory;
  const day = () => Number(slider.value);
  const dayBefore = () => (other.value === "" ? (day() === 0 ? undefined : day() - 1) : Number(other.value));
  const nameOf = (index: number) => dayText(history().days[index] as string);
  const steps = ["previous-change", "next-change"].map((id) => byId<HTMLButtonElement>(id));
  /** The nearest days with changes, before and after the shown one. */
  const changedDays = () => {
    const days = history().versions.map((version) => version.day);
    return [days.findLast((one) => one < day()), days.find((one) => one > day())];
  };

  function shownLines(): Line[] {
    const words = searchable(filter.value).split(/\s+/).filter(Boolean);
    const matches = ({ item }: Line) => {
      const text = searchable(`${titleOf(item)} ${item[1]} ${item[2]}`);
      return words.every((word) => text.includes(word));
    };
    const value = columns[sortedBy.name]!;
    const order = (a: Line, b: Line) => {
      const [one, two] = [value(a), value(b)];
      const sign =
        typeof one === "number" && typeof two === "number" ? one - two : String(one).localeCompare(String(two));
      return sortedBy.isDescending ? -sign : sign;
    };
    const shown = words.length === 0 ? [...lines] : lines.filter(matches);
    // In list order, a removed entry is shown at its former place.
    return sortedBy.name === "position" && !sortedBy.isDescending ? shown : shown.sort(order);
  }

  function row({ item, change, position, since, from = 0 }: Line): Markup {
    const [, artist, album, kind, id] = item;
    const title = foreign(titleOf(item));
    const link = html`<a href="https://open.spotify.com/${kind}/${id}" rel="noreferrer">${title}</a>`;
    const mark = change === "moved" ? `moved from ${from + 1}` : change;
    return html`<tr class="${change}"><td>${position === undefined ? "–" : String(position + 1)}</td>
<th scope="row">${id === "" ? title : link}${change === "kept" ? undefined : html`<span class="mark">${mark}</span>`}</th>
<td>${foreign(artist)}</td><td>${foreign(album)}</td>
<td>${since === undefined ? html`<span title="or before">≤ ${nameOf(0)}</span>` : dayText(since)}</td></tr>`;
  }

  function showList(): void {
    const shown = shownLines();
    fill(byId("list-body"), shown.map(row));
    for (const head of heads) {
      const isSorted = head.dataset.column === sortedBy.name;
      head.setAttribute("aria-sort", !isSorted ? "none" : sortedBy.isDescending ? "descending" : "ascending");
    }
    const found = filter.value.trim() === "" ? "" : ` ${count(shown.length, "line")} found.`;
    byId("list-status").textContent = `${summary()}${found}`;
  }

  function summary(): string {
    const counts = { added: 0, removed: 0, moved: 0, kept: 0 };
    for (const { change } of lines) counts[change] += 1;
    const entries = count(lines.length - counts.removed, "entry", "entries");
    const before = dayBefore();
    if (before === undefined) return `${entries} on ${nameOf(day())}, the first stored day.`;
    const parts = (["added", "removed", "moved"] as const).filter((kind) => counts[kind] > 0);
    const changes = parts.length === 0 ? "Nothing changed" : parts.map((kind) => `${counts[kind]} ${kind}`).join(", ");
    return `${entries} on ${nameOf(day())}. ${changes} since ${nameOf(before)}.`;
  }

  function showDay(): void {
    lines = linesOf(history(), items, day(), dayBefore());
    slider.setAttribute("aria-valuetext", nameOf(day()));
    byId("day-name").textContent = nameOf(day());
    for (const [i, changed] of changedDays().entries()) steps[i]!.disabled = changed === undefined;
    const changes = lines.filter(({ change }) => change !== "kept");
    const more = changes.length - changesAtMost;
    const rest = more > 0 ? html`<li>and ${count(more, "more change")}, marked below</li>` : undefined;
    fill(byId("day-changes"), changes.slice(0, changesAtMost).map(changeEntry), rest);
    showList();
    const hash = `#${encodeURIComponent(history().id)}/${history().days[day()]}`;
    window.history.replaceState(null, "", hash);
  }

  function showLog(): void {
    const log = logOf(history(), items);
    const shown = isLogWhole ? log : log.slice(0, daysAtFirst);
    fill(byId("log-body"), shown.map(logEntry));
    byId("log-more").hidden = shown.length === log.length;
    byId("log-status").textContent =
      log.length === 0 ? "Nothing has changed yet." : `${count(log.length, "day")} with changes.`;
  }

  function logEntry({ day: changed, lines: changes }: ReturnType<typeof logOf>[number]): Markup {
    const go = dayButton(playlist, changed, nameOf(changed));
    return html`<li><h4>${go}</h4><ul>${changes.map(changeEntry)}</ul></li>`;
  }

  function show(nextPlaylist: number, nextDay: number): void {
    const isOther = nextPlaylist !== playlist || slider.max === "";
    playlist = nextPlaylist;
    select.value = String(playlist);
    slider.max = String(history().days.length - 1);
    slider.value = String(nextDay);
    if (isOther) {
      fill(byId("list-heading"), foreign(history().name));
      byId("first-day").textContent = nameOf(0);
      byId("last-day").textContent = nameOf(history().days.length - 1);
      fill(byId("activity"), activity(history()));
      fill(
        other,
        option("", "the stored day before"),
        history().days.map((_, index) => option(index, nameOf(index))),
      );
      isLogWhole = false;
      showLog();
    }
    showDay();
  }

  function save(): void {
    const head = ["position", "change", "title", "artist_or_show", "album", "in_list_since", "spotify_id"];
    const rows = shownLines().map(({ position, change, item, since }) => [
      ...[position === undefined ? "" : position + 1, change === "kept" ? "" : change, titleOf(item), item[1], item[2]],
      ...[since ?? "", item[4]],
    ]);
    download(`${history().name.replace(/[^\p{L}\p{N}]+/gu, "-")}-${history().days[day()]}.csv`, csv([head, ...rows]));
  }

  fill(
    select,
    histories.map(({ name }, index) => option(index, name)),
  );
  for (const head of heads) {
    head.addEventListener("click", () => {
      const name = head.dataset.column!;
      sortedBy = { name, isDescending: sortedBy.name === name && !sortedBy.isDescending };
      showList();
    });
  }
  select.addEventListener("change", () => {
    const next = Number(select.value);
    show(next, (histories[next] as PlaylistHistory).days.length - 1);
  });
  slider.addEventListener("input", showDay);
  other.addEventListener("change", showDay);
  filter.addEventListener("input", showList);
  byId("save").addEventListener("click", save);
  for (const [i, button] of steps.entries()) {
    button.addEventListener("click", () => show(playlist, changedDays()[i] ?? day()));
  }
  onDayButton(byId("log-body"), show);
  byId("log-more").addEventListener("click", () => {
    isLogWhole = true;
    showLog();
  });

  const [askedId, askedDay = ""] = location.hash.slice(1).split("/");
  const asked = histories.findIndex(({ id }) => encodeURIComponent(id) === askedId);
  const first = histories[Math.max(asked, 0)] as PlaylistHistory;
  const at = asked === -1 ? -1 : first.days.indexOf(askedDay);
  show(Math.max(asked, 0), at === -1 ? first.days.length - 1 : at);
  return show;
}

function option(value: number | "", text: string): Markup {
  return html`<option value="${String(value)}">${text}</option>`;
}

function changeEntry({ item, change }: Line): Markup {
  const maker = item[1] === "" ? undefined : html` · ${foreign(item[1])}`;
  return html`<li class="${change}"><span class="mark">${change}</span> ${foreign(titleOf(item))}${maker}</li>`;
}

/** A strip below the slider: how many entries came (up) and went (down) on each stored day. */
function activity({ days, versions }: PlaylistHistory): Markup {
  const changes = versions.slice(1).flatMap(({ day, removed, inserted }) => [
    { day, n: inserted.length / 2, kind: "added" },
    { day, n: removed.length, kind: "removed" },
  ]);
  const most = Math.max(1, ...changes.map(({ n }) => n));
  const bars = changes.map(({ day, n, kind }) => {
    // A single change among hundreds still shows.
    const height = n === 0 ? 0 : Math.max(0.15, Math.sqrt(n / most));
    const y = kind === "added" ? -height : 0;
    return html`<rect class="${kind}" x="${String(day - 0.35)}" y="${String(y)}" width="0.7" height="${String(height)}"/>`;
  });
  return html`<svg viewBox="-0.5 -1 ${String(days.length)} 2" preserveAspectRatio="none">${bars}</svg>`;
}
