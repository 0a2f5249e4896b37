// Saves a leaf of a sheet while somebody types. The page works without this file.
(() => {
  "use strict";
  const form = document.getElementById("phieu-muc");
  if (!form) return;
  const place = "phieu:" + location.pathname, seen = form.elements.thay;
  // What is typed is kept in this tab until it is stored: over which version it was typed, and whether it was sent.
  const kept = () => {
    try { return JSON.parse(sessionStorage.getItem(place)); } catch { return null; }
  };
  const keep = (what) => {
    try {
      if (what) sessionStorage.setItem(place, JSON.stringify(what)); else sessionStorage.removeItem(place);
    } catch { /* no room: saving goes on */ }
  };
  const before = kept();
  if (!("autosave" in form.dataset)) { // between two versions people choose: what they sent is stored once they have chosen
    const mark = (sent) => before && keep({...before, sent});
    mark(false);
    form.addEventListener("submit", () => mark(true));
    return;
  }
  const state = document.getElementById("trang-thai-luu");
  const points = document.getElementById("diem-tinh");
  const words = form.dataset;
  let timer = 0, changed = 0, tried = 0, saved = 0, busy = false, stopped = false, leaving = false;
  let sending = ""; // what is on its way

  const fields = () => new URLSearchParams(new FormData(form));
  const typed = () => {
    const data = fields();
    data.delete("token");
    data.delete("thay");
    return data.toString();
  };
  const keepTyped = (sent) => keep(changed === saved ? null : {seen: seen.value, text: typed(), sending, sent});
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };
  const stop = (text) => {
    stopped = true;
    state.textContent = text;
  };

  // save sends what is typed; what is typed meanwhile is sent next.
  async function save() {
    timer = 0;
    if (busy || stopped || changed === tried) return;
    busy = true;
    const now = changed, data = fields();
    state.textContent = words.saving;
    sending = typed();
    keepTyped();
    data.set("lam", "tu-luu");
    try {
      const res = await fetch(form.action, {method: "POST", body: data, redirect: "manual", keepalive: document.hidden && data.toString().length < 60000});
      if (res.type === "opaqueredirect" || res.status === 401 || res.status === 403) stop(words.signedOut);
      else heard(await res.json(), now);
    } catch {
      state.textContent = words.offline;
      later(5000);
    }
    busy = false;
    if (changed !== tried && !stopped && !timer) later(1500);
  }

  // heard takes in what the server says of the change that was sent.
  const heard = (answer, now) => {
    tried = now; // what cannot be stored as typed is tried again after the next change
    if (answer.stop) return stop(answer.words);
    state.textContent = answer.words;
    if (!answer.saved) return;
    saved = now;
    seen.value = answer.seen;
    points.textContent = answer.points || "";
    keepTyped();
  };

  form.addEventListener("input", () => {
    changed++;
    keepTyped();
    if (stopped) return;
    state.textContent = words.unsaved;
    later(1500);
  });
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
    keepTyped(true);
  });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => { if (changed !== saved && !leaving) event.preventDefault(); });
  addEventListener("visibilitychange", () => { if (document.hidden) save(); });

  // What a page that went away had not stored comes back into its fields. Where somebody else has stored another version since, the
  // server says so: it is told over which one this was typed. What was on its way and has arrived is no other version.
  const restore = () => {
    const data = new URLSearchParams(before.text);
    if (before.sending !== typed()) seen.value = before.seen;
    for (const field of form.elements) {
      if (!field.name || field.type === "hidden" || field.tagName === "BUTTON" || field.tagName === "FIELDSET") continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked = data.getAll(field.name).includes(field.value);
      else if (data.has(field.name)) field.value = data.get(field.name);
    }
    changed++;
    state.textContent = words.found;
    later(1500);
  };
  if (!before) return;
  if (before.text === typed() || before.sent && before.seen !== seen.value) keep(null); // it is stored
  else restore();
})();
