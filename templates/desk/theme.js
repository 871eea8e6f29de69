"use strict";
// Before the page is shown, so that it does not flash.
{
  const root = document.documentElement;
  let saved = "";
  try { saved = localStorage.getItem("theme") ?? ""; } catch { /* storage may be refused: the system's choice holds */ }
  if (saved === "dark" || saved === "light") root.dataset.theme = saved;
}
