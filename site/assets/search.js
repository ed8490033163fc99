// Search in the site's own index, which pagefind reads piece by piece.
const root = new URL("../", import.meta.url);
const most = 12;

const byId = (id) => document.getElementById(id);
const [opener, dialog, words, state, results] = ["open", "", "words", "state", "results"].map((name) =>
  byId(name === "" ? "search" : `search-${name}`),
);

let index;

/** Loads the index at the first search. */
function loadIndex() {
  index ??= import(new URL("pagefind/pagefind.js", root).href).then(async (pagefind) => {
    await pagefind.options({ baseUrl: root.pathname, excerptLength: 18, ranking: { termSimilarity: 5 } });
    return pagefind;
  });
  return index;
}

/** The parts of pages that match, best page first. */
async function find(text) {
  const pagefind = await loadIndex();
  const found = await pagefind.debouncedSearch(text, {}, 120);
  if (found === null) return undefined;
  const pages = await Promise.all(found.results.slice(0, most).map((result) => result.data()));
  return pages.flatMap(({ meta, sub_results: parts }) =>
    parts
      .sort((one, other) => score(other) - score(one))
      .slice(0, 3)
      .map(({ title, url, excerpt }) => ({ page: meta.title, title, url, excerpt })),
  );
}

/** How well a part of a page matches: its best word counts. */
function score({ weighted_locations: found }) {
  return Math.max(...found.map(({ balanced_score: one }) => one));
}

function item({ page, title, url, excerpt }) {
  const link = document.createElement("a");
  link.href = url;
  link.textContent = page === title ? title : `${page}: ${title}`;
  const text = document.createElement("p");
  // pagefind escapes the text and adds <mark>.
  text.innerHTML = excerpt;
  const li = document.createElement("li");
  li.append(link, text);
  return li;
}

async function show() {
  const text = words.value.trim();
  const found = text === "" ? [] : await find(text);
  // A later key has started another search.
  if (found === undefined || text !== words.value.trim()) return;
  const shown = found.slice(0, most);
  results.replaceChildren(...shown.map(item));
  state.textContent = text === "" || shown.length > 0 ? "" : `Nothing found for “${text}”.`;
}

function open() {
  dialog.showModal();
  words.select();
}

opener.hidden = false;
opener.addEventListener("click", open);
byId("search-close").addEventListener("click", () => dialog.close());
words.addEventListener("input", () => {
  show().catch((error) => {
    state.textContent = `The search index cannot be read: ${error.message}`;
  });
});
results.addEventListener("click", (event) => {
  if (event.target.closest("a")) dialog.close();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea")) return;
  event.preventDefault();
  open();
});
