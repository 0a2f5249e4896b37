// Enhancements only: every page works without this file.
(() => {
  "use strict";
  // A code that came in the address stands behind the #, where no server sees it.
  const code = document.querySelector("input[data-hash]");
  if (code && location.hash.length > 1) {
    code.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname + location.search);
  }
  const form = document.querySelector("form[data-once]");
  if (!form) return;
  const status = form.querySelector("[role=status]");
  let sent = false; // a request is under way
  let reached = false; // the server has just answered
  let waiting = null; // the button of a form that waits for the network
  let timer = 0;

  const say = (name) => {
    if (!status) return;
    status.textContent = name ? status.dataset[name] : "";
    status.hidden = !name;
  };
  const busy = (on) => {
    sent = on;
    for (const b of form.querySelectorAll("button")) on ? b.setAttribute("aria-disabled", "true") : b.removeAttribute("aria-disabled");
    clearTimeout(timer);
    if (on) timer = setTimeout(() => { busy(false); say(""); }, 20000); // stopped by hand: let them try again
  };
  const again = () => {
    const button = waiting;
    if (!button) return;
    waiting = null;
    form.requestSubmit(button.form ? button : undefined);
  };
  const hold = (button) => {
    busy(false);
    waiting = button || {};
    say("offline");
    setTimeout(again, 5000);
  };

  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (sent) return event.preventDefault();
    if (navigator.onLine === false) {
      event.preventDefault();
      return hold(button);
    }
    busy(true);
    say("sending");
    if (!button || button.value !== "send" || reached) return;
    // The last step: ask for the server first, so that a dead connection does not replace this page by an error.
    event.preventDefault();
    try {
      await fetch("/healthz", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout && AbortSignal.timeout(10000) });
      reached = true;
      busy(false);
      form.requestSubmit(button);
    } catch {
      hold(button);
    }
  });
  addEventListener("online", again);
  addEventListener("pageshow", () => {
    reached = false;
    busy(false);
    say("");
  });
})();
