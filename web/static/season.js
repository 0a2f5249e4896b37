// Saves a leaf of a sheet while somebody types. The page works without this file.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const state = document.getElementById("trang-thai-luu");
  const points = document.getElementById("diem-tinh");
  const words = form.dataset;
  const place = "phieu:" + location.pathname;
  let timer = 0, changed = 0, tried = 0, saved = 0, busy = false, stopped = false, leaving = false;

  const typed = () => {
    const data = new URLSearchParams(new FormData(form));
    data.delete("token");
    return data.toString();
  };
  const keep = (text) => {
    try {
      if (text === null) sessionStorage.removeItem(place); else sessionStorage.setItem(place, text);
    } catch { /* no room: saving goes on */ }
  };

  // save sends what is typed; what is typed meanwhile is sent next.
  const save = async () => {
    if (busy || stopped || changed === tried) return;
    busy = true;
    const now = changed;
    state.textContent = words.saving;
    const data = new URLSearchParams(new FormData(form));
    data.set("lam", "tu-luu");
    try {
      const res = await fetch(form.action, {method: "POST", body: data, redirect: "error"});
      const answer = await res.json();
      state.textContent = answer.words;
      tried = now; // what cannot be stored as typed is tried again after the next change
      if (answer.saved) {
        saved = now;
        form.elements.thay.value = answer.seen;
        points.textContent = answer.points || "";
        if (changed === saved) keep(null);
      } else if (answer.stop) {
        stopped = true;
      }
    } catch {
      state.textContent = words.offline;
      timer = setTimeout(save, 5000);
    }
    busy = false;
    if (changed !== tried && !stopped && !timer) timer = setTimeout(() => { timer = 0; save(); }, 1500);
  };

  form.addEventListener("input", () => {
    changed++;
    keep(typed());
    if (!stopped) state.textContent = words.unsaved;
    clearTimeout(timer);
    timer = setTimeout(() => { timer = 0; save(); }, 1500);
  });
  addEventListener("submit", () => { leaving = true; clearTimeout(timer); keep(null); });
  addEventListener("beforeunload", (event) => { if (changed !== saved && !leaving) event.preventDefault(); });
  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });

  // What a page that went away had not stored comes back into its fields.
  let before = null;
  try { before = sessionStorage.getItem(place); } catch { /* not allowed */ }
  if (before) {
    const data = new URLSearchParams(before);
    if (data.get("thay") === form.elements.thay.value && before !== typed()) {
      for (const field of form.elements) {
        if (!field.name || field.name === "token" || field.type === "hidden" || field.tagName === "BUTTON") continue;
        if (field.type === "radio" || field.type === "checkbox") field.checked = data.getAll(field.name).includes(field.value);
        else if (data.has(field.name)) field.value = data.get(field.name);
      }
      changed++;
      state.textContent = words.found;
    }
  }
})();
