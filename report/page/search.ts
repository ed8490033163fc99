import { count } from "../../lake/lists";
import { dayText } from "../days";
import { byId, el, foreign } from "./dom";
import type { Item, PlaylistHistory, Stay } from "./history";
import { searchable, titleOf } from "./view";

const mostResults = 100;

interface Found {
  readonly stay: Stay;
  readonly playlist: number;
}

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
  const stays = histories.flatMap((history, playlist) => history.stays.map((stay): Found => ({ stay, playlist })));
  const input = byId<HTMLInputElement>("search-words");
  const body = byId("search-results");
  const status = byId("search-status");

  const row = ({ stay, playlist }: Found) => {
    const history = histories[playlist] as PlaylistHistory;
    const item = items[stay.item] as Item;
    const dayButton = (day: number, text: string) =>
      el("button", { type: "button", class: "link", click: () => show(playlist, day) }, text);
    const isFirst = stay.from === 0;
    const isLast = stay.to === history.days.length - 1;
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, foreign(titleOf(item))),
      el("td", {}, foreign(item[1])),
      el("td", {}, foreign(history.name)),
      el("td", {}, dayButton(stay.from, `${dayText(history.days[stay.from] as string)}${isFirst ? " or before" : ""}`)),
      el("td", {}, dayButton(stay.to, isLast ? "still there" : dayText(history.days[stay.to] as string))),
    );
  };

  const search = () => {
    const words = searchable(input.value).split(/\s+/).filter(Boolean);
    if (words.length === 0) {
      body.replaceChildren();
      byId("search-table").hidden = true;
      status.textContent = "";
      return;
    }
    const hits = texts.map((text) => words.every((word) => text.includes(word)));
    const found = stays.filter(({ stay }) => hits[stay.item]);
    const shown = found.slice(0, mostResults);
    body.replaceChildren(...shown.map(row));
    byId("search-table").hidden = found.length === 0;
    const more = found.length > shown.length ? `, the first ${mostResults} shown` : "";
    status.textContent = found.length === 0 ? "Nothing found." : `${count(found.length, "stay")} in a list${more}.`;
  };
  input.addEventListener("input", search);
}
