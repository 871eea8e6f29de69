"use strict";
// A value in the text, opened: what there is to say of its facts. Where a browser has no popovers, the value stays a
// link to the same at the end of the page.
function facts({ close: closing, facts: heading }) {
  const links = all("a.fact");
  if (!links.length || !("popover" in HTMLElement.prototype)) return;
  const box = document.createElement("div");
  box.id = "fact-box";
  box.className = "fact-box";
  box.popover = "auto";
  box.tabIndex = -1;
  box.setAttribute("role", "dialog");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "×";
  button.setAttribute("aria-label", closing);
  button.addEventListener("click", () => box.hidePopover());
  document.body.append(box);

  const told = (id) => {
    const card = document.getElementById(`fact_${id}`);
    const copy = card.cloneNode(true);
    copy.removeAttribute("id");
    const title = document.createElement("p");
    title.className = "fact-label";
    title.textContent = card.closest("details").querySelector(".fact-label").textContent;
    const place = document.createElement("a");
    place.href = `#fact_${id}`;
    place.textContent = heading;
    const more = document.createElement("p");
    more.className = "fact-place";
    more.append("→ ", place);
    return [title, copy, more];
  };

  const put = (link) => {
    if (!matchMedia("(min-width: 48rem)").matches) { box.style.top = box.style.left = ""; return; }
    const at = link.getClientRects()[0];
    const room = root.clientWidth - box.offsetWidth - 16;
    const isAbove = at.bottom + box.offsetHeight + 8 > innerHeight && at.top > box.offsetHeight + 60;
    box.style.left = `${scrollX + Math.max(16, Math.min(at.left, room))}px`;
    box.style.top = `${scrollY + (isAbove ? at.top - box.offsetHeight - 6 : at.bottom + 6)}px`;
  };

  let opened = null;
  for (const link of links) {
    link.setAttribute("aria-haspopup", "dialog");
    link.setAttribute("aria-expanded", "false");
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const ids = link.dataset.facts?.split(" ") ?? [decodeURIComponent(link.hash).replace(/^#fact_/, "")];
      box.replaceChildren(button, ...ids.flatMap(told));
      box.setAttribute("aria-label", link.textContent);
      if (box.matches(":popover-open")) box.hidePopover();
      opened = link;
      box.showPopover();
      link.setAttribute("aria-expanded", "true");
      put(link);
      box.focus();
    });
  }
  box.addEventListener("beforetoggle", (event) => {
    if (event.newState === "closed") opened?.setAttribute("aria-expanded", "false");
  });
  // What it links to is behind it.
  box.addEventListener("click", (event) => { if (event.target.closest("a")) box.hidePopover(); });
}

document.addEventListener("DOMContentLoaded", () => facts(document.querySelector("main").dataset));
