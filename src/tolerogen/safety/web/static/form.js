"use strict";
// The form works without this. It moves the reader to what is wrong, and counts the letters left.
const summary = document.getElementById("summary");
if (summary) summary.focus();
for (const area of document.querySelectorAll("textarea[maxlength]")) {
  const note = document.createElement("p");
  note.className = "hint";
  note.setAttribute("aria-live", "polite");
  area.after(note);
  area.addEventListener("input", () => {
    const left = area.maxLength - area.value.length;
    note.textContent = left < 1000 ? area.dataset.left.replace("{}", left) : "";
  });
}
let touched = false;
for (const form of document.forms) {
  form.addEventListener("input", () => { touched = true; });
  form.addEventListener("submit", () => { touched = false; });
}
window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
