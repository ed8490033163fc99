/** The page's only style sheet; its hash is in the page's security policy, so no element has inline styles. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f7f6f3; --card: #ffffff; --ink: #1c2024; --soft: #555c66; --edge: #e2dfd8; --grid: #e9e6e0; --control: #8b9199;
  --came: #14699e; --went: #b8500f; --link: #14699e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121417; --card: #1a1d22; --ink: #eceae6; --soft: #a9b0bb; --edge: #2d3138; --grid: #2b2f36; --control: #69717d;
    --came: #69b4e6; --went: #f09a5b; --link: #7fc0ec;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 82rem; padding: 1.5rem 1rem 3rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
h1, h2 { font-family: ui-serif, "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Noto Serif", serif; font-weight: 600; }
h1, h2, h3, td, th, p, li { overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 2.25rem; line-height: 1.15; letter-spacing: -0.015em; }
h2 { margin: 0; font-size: 1.6rem; line-height: 1.25; }
h3 { margin: 0; font-size: 1rem; line-height: 1.3; }
p { margin: 0; }
a { color: var(--link); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.lead { margin-top: 0.4rem; color: var(--soft); max-width: 46rem; }
.totals { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: 1px; margin: 1.5rem 0; padding: 0;
  max-width: 52rem; background: var(--edge); border: 1px solid var(--edge); border-radius: 10px; overflow: hidden; }
.totals div { display: flex; flex-direction: column-reverse; justify-content: flex-end; padding: 0.8rem 1rem; background: var(--card); }
.totals dt { color: var(--soft); font-size: 0.875rem; }
.totals dd { margin: 0; font-size: 1.6rem; line-height: 1.2; font-weight: 600; font-variant-numeric: tabular-nums; }
.totals dd small { font-size: 0.875rem; font-weight: 400; color: var(--soft); }
nav { max-width: 52rem; overflow-wrap: normal; padding: 0.25rem 1rem 0.5rem; background: var(--card); border: 1px solid var(--edge); border-radius: 10px; }
section { margin-top: 3rem; padding-top: 1.25rem; border-top: 1px solid var(--edge); }
.facts { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0.25rem 0 0; padding: 0; list-style: none; color: var(--soft);
  font-variant-numeric: tabular-nums; }
.empty { margin-top: 1rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); gap: 1rem; margin-top: 1.25rem; }
figure { display: flex; flex-direction: column; min-width: 0; margin: 0; padding: 1rem; background: var(--card);
  border: 1px solid var(--edge); border-radius: 10px; }
figcaption p { margin-top: 0.15rem; color: var(--soft); font-size: 0.875rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0.35rem 0 0; padding: 0; list-style: none; font-size: 0.875rem; }
.legend i { display: inline-block; width: 1.1em; height: 0; margin-inline-end: 0.4em; border-top: 3px solid; vertical-align: 0.25em; }
.legend .came { color: var(--came); }
.legend .went { color: var(--went); }
.legend .dashed { border-top-style: dashed; }
.plot { display: block; width: 100%; max-width: 30rem; height: auto; margin: 0.75rem auto 0.25rem; overflow: visible; color: var(--soft);
  font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; text-anchor: middle;
  fill: currentColor; }
.plot text { white-space: pre; }
.chart { position: relative; }
.values { position: absolute; inset: 0; cursor: crosshair; touch-action: pan-y; }
.cursor { stroke: var(--ink); stroke-opacity: 0.55; }
.tip { position: absolute; max-width: 62%; padding: 0.4rem 0.6rem; pointer-events: none; background: var(--card); border: 1px solid var(--control);
  border-radius: 8px; font-size: 0.8125rem; line-height: 1.35; overflow-wrap: anywhere; }
.tip.left { inset: 0 auto auto 0; }
.tip.right { inset: 0 0 auto auto; }
.tip.top { inset: 0 0 auto auto; }
.tip.bottom { inset: auto 0 2rem auto; }
.tip dl { margin: 0; font-variant-numeric: tabular-nums; }
.tip dl div { display: flex; justify-content: space-between; gap: 0.75rem; }
.tip dt { color: var(--soft); }
.tip dd { flex: none; max-width: 65%; margin: 0; text-align: end; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
.controls { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; margin-top: 1.25rem; }
.field { display: flex; flex-direction: column; gap: 0.2rem; flex: 1 1 12rem; max-width: 24rem; color: var(--soft); font-size: 0.875rem; }
select, input[type="search"], button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--control); border-radius: 8px; }
select, input[type="search"] { width: 100%; min-width: 0; height: 2.5rem; padding: 0 0.6rem; font-size: 1rem; }
button { min-height: 2.5rem; padding: 0 0.9rem; cursor: pointer; }
button:hover:enabled { border-color: var(--link); color: var(--link); }
button:disabled { opacity: 0.45; cursor: default; }
button.link { min-height: 0; padding: 0; border: 0; border-radius: 2px; background: none; color: var(--link); text-align: start; text-decoration: underline;
  text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
.slider { position: sticky; top: 0; z-index: 1; display: grid; grid-template-columns: auto minmax(6rem, 1fr) auto 7rem; gap: 0 0.75rem; align-items: center;
  margin-top: 1rem; padding: 0.6rem 0 0.3rem; background: var(--page); }
.slider > button { width: 2.75rem; padding: 0; font-size: 1.35rem; line-height: 1; }
.slider input { display: block; width: 100%; height: 2rem; margin: 0; accent-color: var(--link); cursor: pointer; }
.slider output { font-weight: 600; font-variant-numeric: tabular-nums; text-align: end; white-space: nowrap; }
.ends { grid-column: 2; display: flex; flex-wrap: wrap; justify-content: space-between; color: var(--soft); font-size: 0.75rem; font-variant-numeric: tabular-nums; }
#activity { flex: 1 0 100%; padding-inline: 0.5rem; }
#activity svg { display: block; width: 100%; height: 1.25rem; }
#activity .added { fill: var(--came); }
#activity .removed { fill: var(--went); }
.changes { margin: 0.5rem 0 0; padding: 0; list-style: none; columns: 20rem auto; column-gap: 2rem; font-size: 0.875rem; }
.changes li { break-inside: avoid; }
#list-heading { margin-top: 1rem; font-size: 1.25rem; }
.tall { max-height: min(42rem, 80vh); margin-top: 0.75rem; overflow-y: auto; background: var(--card); border: 1px solid var(--edge); border-radius: 10px; }
.list th, .list td { padding: 0.4rem 0.75rem; text-align: start; min-width: 0; }
.list thead th { position: sticky; top: 0; padding-block: 0.5rem; background: var(--card); box-shadow: inset 0 -1px var(--edge); border-bottom: 0; }
.list thead button { min-height: 0; padding: 0; border: 0; background: none; color: var(--soft); font-weight: 500; white-space: nowrap; }
.list thead th[aria-sort="ascending"] button::after { content: " ↑"; }
.list thead th[aria-sort="descending"] button::after { content: " ↓"; }
.list thead th:first-child, .list tbody th:first-child { padding-inline-start: 0.75rem; }
#list-head th:first-child, #list-body td:first-child { width: 3.5rem; min-width: 0; padding-inline-start: 0.5rem; text-align: end; }
#list-body td:first-child { color: var(--soft); text-align: end; }
#list-body td:last-child { white-space: nowrap; color: var(--soft); }
.list tbody th { font-weight: 500; color: var(--ink); }
.list tbody a { color: inherit; text-decoration-color: var(--control); }
.list tbody a:hover { color: var(--link); }
.mark { margin-inline-start: 0.6em; font-size: 0.75rem; font-weight: 600; white-space: nowrap; }
.added .mark { color: var(--came); }
.removed .mark { color: var(--went); }
.moved .mark { color: var(--soft); }
tr.added > :first-child { box-shadow: inset 3px 0 var(--came); }
tr.removed > :first-child { box-shadow: inset 3px 0 var(--went); }
tr.moved > :first-child { box-shadow: inset 3px 0 var(--control); }
tr.removed th bdi, tr.removed td bdi { text-decoration: line-through; text-decoration-color: var(--went); }
#log { margin-top: 1rem; }
#log > summary { font-size: 1rem; }
.log { margin: 0.75rem 0; padding: 0; list-style: none; columns: 22rem auto; column-gap: 2rem; }
.log > li { break-inside: avoid; margin-bottom: 0.9rem; }
.log h4 { margin: 0 0 0.15rem; font-size: 0.875rem; }
.log ul { margin: 0; padding: 0; list-style: none; }
.log .mark, .changes .mark { display: inline-block; min-width: 4.5rem; margin: 0; }
details { margin-top: auto; padding-top: 0.5rem; font-size: 0.875rem; }
summary { width: fit-content; padding: 0.25rem 0; color: var(--link); cursor: pointer; }
.scroll { max-width: 100%; overflow-x: auto; }
figure .scroll { max-height: 20rem; overflow-y: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
caption { padding: 0.35rem 0; text-align: start; color: var(--soft); }
th, td { padding: 0.35rem 0 0.35rem 0.6rem; border-bottom: 1px solid var(--edge); text-align: start; vertical-align: top; min-width: 3rem; }
th:first-child { min-width: 6rem; padding-inline-start: 0; }
td.t { min-width: 6.5rem; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--soft); font-weight: 500; vertical-align: bottom; overflow-wrap: normal; }
tbody th { font-weight: 400; }
thead th, td { text-align: end; }
th.t, td.t { text-align: start; }
.more { padding-top: 0.35rem; color: var(--soft); }
footer { margin-top: 3rem; color: var(--soft); font-size: 0.875rem; }
@media (max-width: 30rem) {
  h1 { font-size: 1.8rem; }
  h2 { font-size: 1.35rem; }
  .plot { font-size: 14px; }
  figure, nav { padding-inline: 0.75rem; }
  tbody th, td { font-size: 0.8125rem; }
}
@media (max-width: 45rem) {
  .slider { grid-template-columns: auto minmax(6rem, 1fr) auto; }
  .slider output { grid-row: 1; grid-column: 1 / -1; text-align: start; }
  .field { flex-basis: 100%; max-width: none; }
  #list-body td:nth-child(n + 4), #list-head th:nth-child(n + 4) { display: none; }
  #list-head th:first-child, #list-body td:first-child { width: 2.75rem; }
  .list th, .list td { padding-inline: 0.5rem; }
}
@media print { #time-machine .controls, .slider, #search, .tip, .cursor { display: none; } .scroll { overflow: visible; max-height: none; } figure { break-inside: avoid; } }
`;
