// Saves a leaf of a sheet while somebody types. The page works without this file.
(() => {
  "use strict";
  const forget = (path) => {
    try { sessionStorage.removeItem("phieu:" + path); } catch { /* not allowed */ }
  };
  // A page that comes back says what was stored, and says it once: loaded again it does not.
  const here = new URL(location.href), sheet = here.pathname.replace(/(\/phieu\/[^/]+).*/, "$1"), leaf = here.searchParams.get("da-luu");
  if (leaf) forget(sheet + "/" + encodeURIComponent(leaf));
  else if (here.searchParams.get("xong") === "luu") forget(here.pathname);
  if (leaf || here.searchParams.has("xong")) {
    here.searchParams.delete("da-luu");
    here.searchParams.delete("xong");
    history.replaceState(null, "", here);
  }

  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const place = "phieu:" + location.pathname, seen = form.elements.thay;
  // What is typed is kept in this tab until a page says that it is stored, with the version over which it was typed.
  const kept = () => {
    try { return JSON.parse(sessionStorage.getItem(place)); } catch { return null; }
  };
  const keep = (what) => {
    try {
      if (what) sessionStorage.setItem(place, JSON.stringify(what)); else sessionStorage.removeItem(place);
    } catch { /* no room: saving goes on */ }
  };
  const before = kept();
  const state = document.getElementById("trang-thai-luu");
  const points = document.getElementById("diem-tinh");
  const words = form.dataset;
  let timer = 0, changed = 0, tried = 0, saved = 0, busy = false, stopped = false, waiting = false, leaving = false;
  let sending = ""; // what is on its way

  const fields = () => new URLSearchParams(new FormData(form));
  const typed = () => {
    const data = fields();
    data.delete("token");
    data.delete("thay");
    return data.toString();
  };
  const keepTyped = () => keep(changed === saved ? null : {seen: seen.value, text: typed(), sending});
  const tell = (text, signIn) => {
    if (state.textContent === (signIn ? `${text} ${words.signIn}` : text)) return; // it is not read out again
    state.textContent = text;
    if (!signIn) return;
    const link = document.createElement("a");
    Object.assign(link, {href: signIn, target: "_blank", rel: "noopener", textContent: words.signIn});
    state.append(" ", link);
  };
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  // save sends what is typed; what is typed meanwhile is sent next, and what cannot be taken now is sent again.
  async function save() {
    timer = 0;
    if (busy || stopped || changed === tried) return;
    busy = true;
    const now = changed, data = fields();
    if (!waiting) tell(words.saving);
    sending = typed();
    keepTyped();
    data.set("lam", "tu-luu");
    try {
      const res = await fetch(form.action, {method: "POST", body: data, redirect: "error", keepalive: document.hidden && data.toString().length < 60000});
      heard(await res.json(), now);
    } catch {
      waiting = true;
      tell(words.offline);
      later(5000);
    }
    busy = false;
    if (changed !== tried && !stopped && !timer) later(1500);
  }

  // heard takes in what the server says of the change that was sent.
  const heard = (answer, now) => {
    waiting = Boolean(answer.again);
    stopped = Boolean(answer.stop);
    tell(answer.words, answer.sign_in);
    if (waiting) { // for a sign-in, or with the token of one
      if (answer.token) form.elements.token.value = answer.token;
      return later(answer.token ? 1000 : 10000);
    }
    tried = now; // what cannot be stored as typed is tried again after the next change
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
    if (!waiting) tell(words.unsaved);
    later(1500);
  });
  // A row that was emptied gives up its file: what is typed there next is another document.
  form.addEventListener("change", (event) => {
    const row = event.target.closest(".doc-row"), file = row && row.querySelector(".doc-file");
    if (file && [...row.querySelectorAll(".input")].every((field) => !field.value)) file.remove();
  });
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
    keepTyped();
  });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => { if (changed !== saved && !leaving) event.preventDefault(); });
  addEventListener("visibilitychange", () => save()); // before it may go away, and when somebody comes back from signing in

  // compare sends what was kept over the version that it was typed over: the page that comes back shows it beside the other one.
  const compare = (data) => {
    const way = document.createElement("form");
    Object.assign(way, {method: "post", action: form.action});
    for (const [name, value] of [...data, ["token", form.elements.token.value], ["thay", before.seen], ["lam", "luu"]]) {
      way.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
    }
    document.body.append(way);
    leaving = true;
    way.submit();
  };

  // What a page that went away had not stored comes back into its fields. Where somebody else has stored another version since, the
  // server says so: it is told over which one this was typed. What was on its way and has arrived is no other version.
  const restore = () => {
    const data = new URLSearchParams(before.text);
    if (before.seen !== seen.value && [...data].some(([name, value]) => value && !form.elements[name])) return compare(data); // there is no row for it
    if (before.sending !== typed()) seen.value = before.seen;
    for (const field of form.elements) {
      if (field.name.endsWith(".tep")) field.value = data.get(field.name) || "";
      if (!field.name || field.type === "hidden" || field.tagName === "BUTTON" || field.tagName === "FIELDSET") continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked = data.getAll(field.name).includes(field.value);
      else if (data.has(field.name)) field.value = data.get(field.name);
    }
    changed++;
    tell(words.found);
    later(1500);
  };
  if ("typed" in words) { // the page came back with what was typed, and nothing of it is stored
    saved = -1;
    return keepTyped();
  }
  if (!before) return;
  if (before.text === typed()) keep(null); // it is stored
  else restore();
})();
