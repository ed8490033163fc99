import { html, type Part } from "../markup";

/** The element with that id. It always exists: the page and the script are built together. */
export function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** Replaces what is in an element. Texts are escaped. */
export function fill(element: Element, ...parts: readonly Part[]): void {
  element.innerHTML = html`${parts}`.markup;
}

/** Calls `show` with the playlist and the day of each button that is clicked in an element. */
export function onDayButton(element: HTMLElement, show: (playlist: number, day: number) => void): void {
  element.addEventListener("click", ({ target }) => {
    const { playlist, day } = (target as HTMLElement).dataset;
    if (day !== undefined) show(Number(playlist), Number(day));
  });
}

/** A button that shows a playlist as it stood on a stored day. */
export function dayButton(playlist: number, day: number, text: string) {
  return html`<button type="button" class="link" data-playlist="${String(playlist)}" data-day="${String(day)}">${text}</button>`;
}

/** Offers text as a file to save. */
export function download(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** RFC 4180: every cell quoted, lines ended by CRLF. */
export function csv(rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number) => `"${String(value).replaceAll('"', '""')}"`;
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
