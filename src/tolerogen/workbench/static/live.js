// Live progress of jobs: an element with data-events listens, and asks for its final state once.
"use strict";

function listen(element) {
  let source = null;
  const open = () => {
    source = new EventSource(element.dataset.events);
    source.addEventListener("job", (event) => {
      const job = JSON.parse(event.data);
      if (!job.over) {
        show(element, job);
        return;
      }
      end();
      element.dispatchEvent(new Event("job-over"));
    });
  };
  // A browser keeps six connections to a server: tabs that nobody sees let theirs go.
  const look = () => {
    source.close();
    if (!document.hidden) open();
  };
  const end = () => {
    source.close();
    document.removeEventListener("visibilitychange", look);
  };
  document.addEventListener("visibilitychange", look);
  element.addEventListener("htmx:beforeCleanupElement", end);
  open();
}

function show(element, job) {
  const words = { waiting: "Waiting for a free worker", running: "Running" };
  const state = element.querySelector("[data-field=state]");
  const text = words[job.state] + (job.stopping ? ", stopping" : "");
  if (state.textContent !== text) state.textContent = text; // screen readers tell changes only
  element.querySelector("[data-field=count]").textContent = `${job.done} of ${job.total || "…"}`;
  const bar = element.querySelector("progress");
  bar.max = job.total || 1;
  bar.value = job.done;
}

function begin(root) {
  root.querySelectorAll("[data-events]:not([data-listening])").forEach((element) => {
    element.dataset.listening = "yes";
    listen(element);
  });
}

document.addEventListener("DOMContentLoaded", () => begin(document));
document.addEventListener("htmx:load", (event) => begin(event.detail.elt.parentElement || document));
