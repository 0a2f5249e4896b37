// On a device at a counter: the next person sees nothing of the last one. Every page works without this file.
(() => {
  "use strict";
  const box = document.getElementById("con-ai");
  const start = box ? box.dataset.start : null;
  // A page from the browser's memory is of somebody who has gone.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.replace(start || location.href);
  });
  if (!box || !box.showModal) return;
  let timer = 0, left = 0;
  const tick = () => {
    box.querySelector("[role=timer]").textContent = left;
    if (left-- > 0) timer = setTimeout(tick, 1000);
    else location.replace(start);
  };
  const ask = () => {
    left = Number(box.dataset.ask);
    box.showModal();
    tick();
  };
  const awake = () => {
    if (box.open) return;
    clearTimeout(timer);
    timer = setTimeout(ask, 1000 * box.dataset.idle);
  };
  const here = () => {
    clearTimeout(timer);
    if (box.open) box.close();
    awake();
  };
  box.querySelector("button").addEventListener("click", here);
  box.addEventListener("cancel", here);
  for (const what of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(what, awake, { passive: true });
  awake();
})();
