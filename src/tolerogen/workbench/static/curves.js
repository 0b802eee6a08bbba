// Curves that follow a form: what its fields hold is sent as JSON, what comes back is drawn.
"use strict";

const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
const WAIT = 250; // milliseconds after the last change

function asked(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.name === "secret" || field.disabled) continue;
    if (field.type === "checkbox") {
      if (field.checked) (body[field.name] ||= []).push(field.value);
      continue;
    }
    if (field.value === "") continue;
    const value = field.type === "number" ? Number(field.value) : field.value;
    const [group, key] = field.name.split(".");
    if (key === undefined) body[group] = value;
    else (body[group] ||= {})[key] = value;
  }
  return body;
}

function draw(place, course) {
  place.replaceChildren();
  const ink = getComputedStyle(document.body).color;
  for (const panel of course.panels) {
    const box = document.createElement("div");
    place.append(box);
    const lines = panel.lines.map((line, i) => ({
      label: line.label,
      stroke: COLOURS[i % COLOURS.length],
      dash: DASHES[Math.floor(i / COLOURS.length) % DASHES.length],
      width: 2,
      points: { show: false },
    }));
    const axis = { stroke: ink, grid: { stroke: "#99999944" } };
    new uPlot(
      {
        width: place.clientWidth,
        height: 260,
        scales: { x: { time: false } },
        axes: [
          { ...axis, label: "Days" },
          { ...axis, label: panel.unit === "1" ? "relative" : panel.unit, size: 70 },
        ],
        series: [{ label: "Day" }, ...lines],
      },
      [course.days, ...panel.lines.map((line) => line.values)],
      box,
    );
  }
}

function tell(form, list) {
  const place = document.querySelector(form.dataset.words);
  place.replaceChildren(
    ...list.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
}

async function refresh(form) {
  const number = (form.dataset.asked = String(Number(form.dataset.asked || 0) + 1));
  const answer = await fetch(form.dataset.curves, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(asked(form)),
  });
  const found = await answer.json();
  if (number !== form.dataset.asked) return; // a later question is on its way
  const problem = document.querySelector(form.dataset.problem);
  problem.textContent = answer.ok ? "" : found.error;
  if (!answer.ok) return;
  draw(document.querySelector(form.dataset.plots), found);
  tell(form, found.words);
  form.dataset.drawn = number;
}

function follow(form) {
  let waiting;
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => refresh(form), WAIT);
  };
  form.addEventListener("input", later);
  form.addEventListener("htmx:afterSwap", later);
  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.dataset.sends) return;
    event.preventDefault();
    refresh(form);
  });
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth !== width) later();
    width = window.innerWidth;
  });
  refresh(form);
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("form[data-curves]").forEach(follow);
});

// Fields of doses of one's own are taken only when an amount is given.
document.addEventListener("input", (event) => {
  if (event.target.name !== "doses.amount") return;
  for (const field of event.target.form.elements) {
    if (field.name.startsWith("doses.") && field !== event.target) field.disabled = event.target.value === "";
  }
}, true);
