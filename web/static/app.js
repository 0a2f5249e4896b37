// Enhancements only: every page works without this file.
(() => {
  "use strict";
  // A code that came in the address stands behind the #, where no server sees it.
  const code = document.querySelector("input[data-hash]");
  if (code && location.hash.length > 1) {
    code.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname + location.search);
  }
  // Code to paste elsewhere goes to the clipboard.
  for (const b of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
    b.hidden = false;
    b.addEventListener("click", async () => {
      const field = document.getElementById(b.dataset.copy);
      field.select();
      await navigator.clipboard.writeText(field.value);
      b.textContent = b.dataset.done;
    });
  }
  // The last step comes with a small piece of work (the ALTCHA protocol): find the number that gives the hash. It is done in
  // slices while people read; whoever cannot do it waits a little longer where much comes from one network.
  const solve = async (field, c) => {
    const want = c.challenge.slice(0, 8), text = new TextEncoder();
    const head = (b) => new DataView(b).getUint32(0).toString(16).padStart(8, "0");
    for (let from = 0; from <= c.maxNumber; from += 250) {
      const list = await Promise.all(Array.from({ length: 250 }, (_, i) => crypto.subtle.digest("SHA-256", text.encode(c.salt + (from + i)))));
      const i = list.findIndex((b) => head(b) === want);
      if (i < 0) continue;
      const { algorithm, challenge, salt, signature } = c;
      field.value = btoa(JSON.stringify({ algorithm, challenge, number: from + i, salt, signature }));
      return;
    }
  };
  const work = document.querySelector('form[data-proof^="{"]');
  const solved = work && window.crypto && crypto.subtle ? solve(work.elements.altcha, JSON.parse(work.dataset.proof)).catch(() => {}) : null;
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
      await solved;
      await fetch("/healthz", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout && AbortSignal.timeout(10000) });
      reached = true;
      busy(false);
      form.requestSubmit(button);
    } catch {
      hold(button);
    }
  });
  addEventListener("online", again);
  // Turned away for want of room: it tries again by itself, not all at the same moment.
  if (form.dataset.again) setTimeout(() => sent || form.requestSubmit(), form.dataset.again * 1000 * (1 + Math.random()));
  addEventListener("pageshow", () => {
    reached = false;
    busy(false);
    say("");
  });
})();
// Counts that are still growing: asked for again now and then while somebody looks, for half an hour.
(() => {
  "use strict";
  const live = document.querySelector("[data-live]:not(form)");
  if (!live) return;
  let left = 60;
  const again = setInterval(async () => {
    if (document.hidden) return;
    if (left-- === 0) return clearInterval(again);
    try {
      const answer = await fetch(live.dataset.live, { cache: "no-store" });
      if (!answer.ok) return clearInterval(again);
      for (const [name, words] of Object.entries(await answer.json())) {
        const place = live.querySelector(`[data-count="${name}"]`);
        if (place && place.textContent !== words) place.textContent = words;
      }
    } catch {
      // Offline: the next try may work.
    }
  }, 30000);
})();
