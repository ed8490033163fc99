import { count } from "../../lake/lists";
import { dayText } from "../days";
import { foreign, html } from "../markup";
import { byId, dayButton, fill, onDayButton } from "./dom";
import type { Item, PlaylistHistory } from "./history";
import { searchable, titleOf } from "./view";

const mostResults = 100;

/**
 * The search over all songs of all days: in which list each was, since when and until when.
 * @param show shows a list as it stood on a stored day
 */
export function startSearch(
  histories: readonly PlaylistHistory[],
  items: readonly Item[],
  show: (playlist: number, day: number) => void,
): void {
  const texts = items.map(([name, artist, album]) => searchable(`${name} ${artist} ${album}`));
  const stays = histories.flatMap((history, playlist) => history.stays.map((stay) => ({ stay, playlist })));
  const input = byId<HTMLInputElement>("search-words");
  const body = byId("search-results");

  const row = ({ stay, playlist }: (typeof stays)[number]) => {
    const history = histories[playlist] as PlaylistHistory;
    const item = items[stay.item] as Item;
    const from = `${dayText(history.days[stay.from] as string)}${stay.from === 0 ? " or before" : ""}`;
    const isLast = stay.to === history.days.length - 1;
    const to = isLast ? "still there" : dayText(history.days[stay.to] as string);
    return html`<tr><th scope="row">${foreign(titleOf(item))}</th><td>${foreign(item[1])}</td><td>${foreign(history.name)}</td>
<td>${dayButton(playlist, stay.from, from)}</td><td>${dayButton(playlist, stay.to, to)}</td></tr>`;
  };

  const search = () => {
    const words = searchable(input.value).split(/\s+/).filter(Boolean);
    const hits = texts.map((text) => words.length > 0 && words.every((word) => text.includes(word)));
    const found = stays.filter(({ stay }) => hits[stay.item]);
    fill(body, found.slice(0, mostResults).map(row));
    byId("search-table").hidden = found.length === 0;
    const more = found.length > mostResults ? `, the first ${mostResults} shown` : "";
    const result = found.length === 0 ? "Nothing found." : `${count(found.length, "stay")} in a list${more}.`;
    byId("search-status").textContent = words.length === 0 ? "" : result;
  };
  input.addEventListener("input", search);
  onDayButton(body, show);
}
