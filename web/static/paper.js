// Typing in by keyboard: a number chooses and moves on, Enter moves on, Shift+Enter moves back. Works without this file by Tab.
(() => {
  "use strict";
  const form = document.querySelector("form[data-entry]");
  if (!form) return;
  const cells = [...form.querySelectorAll(".cell, .cell-long, .actions button")];
  const move = (from, by) => {
    const next = cells[cells.indexOf(from) + by];
    if (!next) return;
    next.focus();
    if (next.select) next.select();
  };
  form.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (event.key !== "Enter" || cell.tagName === "BUTTON" || event.ctrlKey || event.isComposing) return;
    event.preventDefault();
    move(cell, event.shiftKey ? -1 : 1);
  });
  form.addEventListener("input", (event) => {
    const most = Number(event.target.dataset.one);
    if (most && most < 10 && /^[1-9]$/.test(event.target.value) && Number(event.target.value) <= most) move(event.target, 1);
  });
})();
