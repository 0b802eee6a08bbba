// The network: a chosen knot sets off its arrows, and its table is fetched beside the drawing.
"use strict";

function setOff(drawing, state) {
  drawing.classList.toggle("chosen", state !== null);
  drawing.querySelectorAll("path[data-from]").forEach((arrow) => {
    const mine = arrow.dataset.from === state || arrow.dataset.to === state;
    arrow.classList.toggle("mine", mine);
  });
}

document.addEventListener("DOMContentLoaded", () => {
  const drawing = document.querySelector("svg.network");
  if (!drawing) return;
  const base = location.pathname === "/disease" ? "/disease/sjogren" : location.pathname;
  drawing.querySelectorAll("a.state").forEach((knot) => {
    const state = knot.dataset.state;
    knot.addEventListener("mouseenter", () => setOff(drawing, state));
    knot.addEventListener("focus", () => setOff(drawing, state));
    knot.addEventListener("mouseleave", () => setOff(drawing, null));
    knot.addEventListener("blur", () => setOff(drawing, null));
    knot.addEventListener("click", (event) => {
      event.preventDefault();
      htmx.ajax("GET", `${base}/state/${encodeURIComponent(state)}`, "#state");
    });
  });
});
