import { byId } from "./dom";
import { openHistory, type PageData } from "./history";
import { startSearch } from "./search";
import { startTimeMachine } from "./timeMachine";
import { startValues } from "./values";

async function readData(): Promise<PageData> {
  const bytes = Uint8Array.from(atob(byId("history").textContent.trim()), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json() as Promise<PageData>;
}

async function start(): Promise<void> {
  const { items, playlists, tables } = await readData();
  for (const place of document.querySelectorAll<HTMLElement>("[data-table]")) {
    place.innerHTML = tables[Number(place.dataset.table)] ?? "";
  }
  startValues();
  const histories = playlists.map(openHistory);
  const show = startTimeMachine(histories, items);
  startSearch(histories, items, (playlist, day) => {
    show(playlist, day);
    byId("time-machine").scrollIntoView();
    byId("list-heading").focus({ preventScroll: true });
  });
  for (const section of document.querySelectorAll<HTMLElement>("[data-needs-script]")) section.hidden = false;
}

void start();
