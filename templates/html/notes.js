"use strict";
// Notes: beside the text where there is room for them, else opened within it.
function notes(pattern) {
  const main = document.querySelector("main");
  const wide = matchMedia("(min-width: 76rem)");
  const entries = all("sup.note-ref a", main)
    .map((link) => ({ link, note: target(link.hash), number: link.textContent.trim() }))
    .filter((entry) => entry.note);
  if (!entries.length) return;

  const copy = (entry, name, kind) => {
    const made = document.createElement(kind);
    made.className = name;
    const number = document.createElement("span");
    number.className = "mark";
    number.textContent = entry.number;
    made.append(number, ...Array.from(entry.note.childNodes, (node) => node.cloneNode(true)));
    all(".back-links", made).forEach((item) => item.remove());
    all("[id]", made).forEach((item) => item.removeAttribute("id"));
    return made;
  };

  const beside = entries.map((entry) => {
    const made = copy(entry, "sidenote", "div");
    // To programs that read aloud a note stands once, at the end, where its number leads.
    made.setAttribute("aria-hidden", "true");
    all("a", made).forEach((link) => link.setAttribute("tabindex", "-1"));
    return made;
  });

  const close = (entry) => {
    entry.opened?.remove();
    entry.opened = null;
    entry.link.setAttribute("aria-expanded", "false");
  };
  const open = (entry) => {
    entry.opened = copy(entry, "inline-note", "span");
    entry.opened.setAttribute("role", "note");
    (entry.link.closest("p, li, dd, td, th") ?? entry.link.parentElement).append(entry.opened);
    entry.link.setAttribute("aria-expanded", "true");
  };

  const lay = () => {
    main.classList.toggle("with-sidenotes", wide.matches);
    for (const entry of entries) {
      if (wide.matches) {
        if (entry.opened) close(entry);
        entry.link.removeAttribute("aria-expanded");
      } else if (!entry.opened) entry.link.setAttribute("aria-expanded", "false");
    }
    if (!wide.matches) { beside.forEach((note) => note.remove()); return; }
    main.append(...beside);
    const top = main.getBoundingClientRect().top;
    const places = entries.map((entry) => entry.link.getBoundingClientRect().top - top - 4);
    const heights = beside.map((note) => note.offsetHeight);
    let free = 0;
    beside.forEach((note, index) => {
      const at = Math.max(places[index], free);
      note.style.top = `${at}px`;
      free = at + heights[index] + 10;
    });
  };

  for (const entry of entries) {
    entry.link.setAttribute("aria-label", fill(pattern, { number: entry.number }));
    entry.link.addEventListener("click", (event) => {
      if (wide.matches) return;
      event.preventDefault();
      if (entry.opened) close(entry);
      else open(entry);
    });
  }
  main.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const entry = entries.find(({ link, opened }) => opened && (opened.contains(event.target) || link === event.target));
    if (entry) { close(entry); entry.link.focus(); }
  });
  lay();
  wide.addEventListener("change", lay);
  new ResizeObserver(() => requestAnimationFrame(lay)).observe(document.querySelector(".layout"));
}

document.addEventListener("DOMContentLoaded", () => notes(document.querySelector("main").dataset.note));
