import { html, raw } from "../markup";
import { fill } from "./dom";

/** Shows the figures' values under the pointer and, for a focused figure, at the place that the arrow keys choose. */
export function startValues(): void {
  for (const svg of document.querySelectorAll<SVGSVGElement>("svg[data-at]")) showValues(svg);
}

/** The steps of keys along a figure. */
const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

function showValues(svg: SVGSVGElement): void {
  const figure = svg.closest("figure")!;
  const table = figure.querySelector("table")!;
  const heads = [...table.tHead!.rows[0]!.cells];
  const rows = [...table.tBodies[0]!.rows];
  const isAcross = svg.dataset.axis === "x";
  const { width, height } = svg.viewBox.baseVal;
  // From left to right, or from top to bottom.
  const places = svg.dataset
    .at!.split(" ")
    .map((at, row) => ({ at: Number(at), row }))
    .sort((one, other) => one.at - other.at);
  let current = places.length - 1;

  const last = String(current);
  const chart = document.createElement("div");
  chart.className = "chart";
  svg.replaceWith(chart);
  fill(
    chart,
    html`<div class="values" role="slider" tabindex="0" aria-label="${figure.querySelector("h3")!.textContent}: values"
aria-valuemin="0" aria-valuemax="${last}" aria-valuenow="${last}" aria-orientation="${isAcross ? "horizontal" : "vertical"}"></div>
<div class="tip" aria-hidden="true"></div>`,
  );
  chart.prepend(svg);
  svg.insertAdjacentHTML("beforeend", '<line class="cursor"/>');
  const part = (name: string) => chart.querySelector<HTMLElement>(name)!;
  const [slider, tip, cursor] = [part(".values"), part(".tip"), part(".cursor")];
  const listeners = { pointermove: point, pointerdown: point, pointerleave: rest, pointercancel: rest, keydown: step };
  for (const [name, listener] of Object.entries({ ...listeners, focus: show, blur: hide })) {
    slider.addEventListener(name, listener);
  }
  hide();

  function show(): void {
    const { at, row } = places[current]!;
    const [first, ...cells] = [...rows[row]!.cells];
    const values = cells.map((cell, column) => [heads[column + 1]!, cell] as const);
    const copyOf = (element: Element) => raw(element.innerHTML);
    const lines = values.map(([head, cell]) => html`<div><dt>${copyOf(head)}</dt><dd>${copyOf(cell)}</dd></div>`);
    fill(tip, html`<strong>${copyOf(first!)}</strong><dl>${lines}</dl>`);
    const texts = values.map(([head, cell]) => `${head.textContent} ${cell.textContent}`);
    slider.setAttribute("aria-valuenow", String(current));
    slider.setAttribute("aria-valuetext", `${first!.textContent}: ${texts.join(", ")}`);
    // On the side where it does not cover the place.
    const isFirstHalf = at < (isAcross ? width : height) / 2;
    tip.className = `tip ${isAcross ? (isFirstHalf ? "right" : "left") : isFirstHalf ? "bottom" : "top"}`;
    const ends = isAcross ? { x1: at, x2: at, y1: 0, y2: height } : { x1: 0, x2: width, y1: at, y2: at };
    for (const [end, value] of Object.entries(ends)) cursor.setAttribute(end, String(value));
    tip.hidden = false;
    cursor.toggleAttribute("hidden", false);
  }

  function hide(): void {
    tip.hidden = true;
    cursor.toggleAttribute("hidden", true);
  }

  function rest(): void {
    if (document.activeElement !== slider) hide();
  }

  function point(event: Event): void {
    const { clientX, clientY } = event as PointerEvent;
    const box = svg.getBoundingClientRect();
    const at = isAcross ? ((clientX - box.left) / box.width) * width : ((clientY - box.top) / box.height) * height;
    const distances = places.map((place) => Math.abs(place.at - at));
    current = distances.indexOf(Math.min(...distances));
    show();
  }

  function step(event: Event): void {
    const { key } = event as KeyboardEvent;
    if (key === "Escape") hide();
    const change = isAcross ? steps[key] : (steps[key] ?? { ArrowUp: -1, ArrowDown: 1 }[key]);
    if (change === undefined) return;
    event.preventDefault();
    current = Math.max(0, Math.min(places.length - 1, current + change));
    show();
  }
}
