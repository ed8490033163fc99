import { html, type Markup, raw } from "./markup";

type PlotModule = typeof import("@observablehq/plot", { with: { "resolution-mode": "import" }});
/** What is drawn. */
export type PlotOptions = NonNullable<Parameters<PlotModule["plot"]>[0]>;
/** One mark or several. */
export type Marks = NonNullable<PlotOptions["marks"]>;

/** Where a figure shows the values of its table: one place for each row, in the table's order. */
export interface Places {
  readonly axis: "x" | "y";
  /** In the values of the axis. */
  readonly at: readonly (Date | number)[];
}

/** The attributes with positions and sizes. */
const lengths = ["d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "transform"];

/** Attributes that are the same for each figure. The page's style sheet has them once. */
const inStyleSheet = ["font-family", "font-size", "text-anchor", "fill"];

/** The part of a DOM element that this file uses: the project has no DOM types. */
interface Element {
  readonly outerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<Element>;
  remove(): void;
}

interface PlotElement extends Element {
  /** A scale from values to the figure's own units. */
  scale(name: "x" | "y"): { apply(value: Date | number): number };
}

/** Loads Observable Plot and a document for it to draw in. The user installs both packages beside playlake. */
export async function loadDrawing() {
  const Plot = await import("@observablehq/plot");
  const { parseHTML } = await import("linkedom");
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  return {
    Plot,
    /** Draws an SVG image with a text description. The page's script finds the table's values by the places. */
    draw(options: PlotOptions, description: string, { axis, at }: Places): Markup {
      const svg = Plot.plot({ document, className: "plot", ...options }) as unknown as PlotElement;
      // The page has one style sheet. Plot's would each need their own hash in the page's security policy.
      for (const style of svg.querySelectorAll("style")) style.remove();
      for (const element of svg.querySelectorAll("*")) {
        shorten(element);
        hideFromReaders(element);
      }
      const scale = svg.scale(axis);
      svg.setAttribute("data-axis", axis);
      svg.setAttribute("data-at", at.map((value) => Math.round(scale.apply(value))).join(" "));
      for (const name of inStyleSheet) svg.removeAttribute(name);
      // Not set as an attribute: linkedom does not escape "&" in attributes.
      const described = html`<svg role="img" aria-label="${description}"`;
      return raw(svg.outerHTML.replaceAll(" />", "/>").replace("<svg", () => described.markup));
    },
  };
}

/** Plot labels its groups for screen readers, but an image with its own description cannot contain labels. */
function hideFromReaders(element: Element): void {
  const mark = element.getAttribute("aria-label");
  if (mark === null) return;
  element.removeAttribute("aria-label");
  element.setAttribute("data-mark", mark);
}

/** Rounds to tenths of a pixel: precise enough, and a third of the bytes. */
function shorten(element: Element): void {
  for (const name of lengths) {
    const value = element.getAttribute(name);
    if (value?.includes(".")) {
      element.setAttribute(
        name,
        value.replace(/-?\d+\.\d+/g, (digits) => String(Math.round(Number(digits) * 10) / 10)),
      );
    }
  }
}
