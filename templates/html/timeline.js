"use strict";
// The timeline's table, sorted by a column and filtered.
function timeline(pattern) {
  const table = document.querySelector(".timeline-table");
  const form = document.querySelector(".filters");
  if (!table || !form) return;
  const heads = all("thead th[data-key]", table);
  const first = heads.map((head) => [head, head.getAttribute("aria-sort")]);
  const rows = all("tr.row", table);
  const order = (row) => Number(row.dataset.order);
  const groups = all("tbody", table).map((part) => [part, all("tr", part)]);
  const cell = (row, key) => row.querySelector(`td[data-key="${key}"]`);
  const text = (row, key) => (cell(row, key).querySelector("summary") ?? cell(row, key)).textContent.trim();
  const values = (row, key) => cell(row, key).dataset.values?.split("|") ?? [text(row, key)];
  const compare = new Intl.Collator(root.lang, { numeric: true }).compare;
  const count = form.querySelector("output");
  let isSorted = false;

  const filter = () => {
    const wanted = all("select", form).filter((select) => select.value);
    for (const row of rows) {
      row.hidden = wanted.some((select) => !values(row, select.dataset.key).includes(select.value));
    }
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = fill(count.dataset.pattern, { shown, total: rows.length });
    for (const [part, items] of groups) {
      // Sorted, the rows of all groups stand together in the first.
      const isEmpty = items.every((row) => row.hidden || row.matches(".group"));
      for (const row of items) if (row.matches(".group")) row.hidden = isSorted || isEmpty;
      part.hidden = isSorted && part !== groups[0][0];
    }
  };

  const say = (head, direction) => {
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    if (direction) head.setAttribute("aria-sort", direction);
  };

  const sort = (head) => {
    const direction = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    const sign = direction === "ascending" ? 1 : -1;
    const { key } = head.dataset;
    // The order of dates is that of the last possible days, which no text tells.
    const by = (a, b) => (key === "date" ? 0 : compare(text(a, key), text(b, key))) || order(a) - order(b);
    say(head, direction);
    isSorted = true;
    groups[0][0].append(...rows.slice().sort((a, b) => sign * by(a, b)));
    filter();
  };

  const restore = () => {
    isSorted = false;
    groups.forEach(([part, items]) => part.append(...items));
    first.forEach(([head, direction]) => { if (direction) say(head, direction); else head.removeAttribute("aria-sort"); });
    filter();
  };

  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.title = fill(pattern, { column: head.textContent.trim() });
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head));
    head.append(button);
  }
  table.classList.add("live");
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  // A form is reset after those who listen were told.
  form.addEventListener("reset", () => setTimeout(restore));
  form.hidden = false;
  filter();
}

document.addEventListener("DOMContentLoaded", () => timeline(document.querySelector("main").dataset.sort));
