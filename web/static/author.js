// Comforts of the editor of questionnaires: the preview follows what is typed, and nothing typed is left behind by mistake. The
// page works without this file.
(() => {
  "use strict";
  const form = document.querySelector("form[data-sketch]");
  const shown = document.getElementById("ban-xem");
  if (!form || !shown) return;
  let timer = 0, asked = null, changed = false, leaving = false;

  // refresh has the server draw the preview from what is typed, without storing it.
  const refresh = () => {
    if (asked) asked.abort();
    const data = new FormData(form);
    data.set("lam", "xem");
    asked = new XMLHttpRequest();
    asked.open("POST", form.action);
    asked.responseType = "document"; // parsed without running anything
    asked.onload = () => {
      const fresh = asked.response && asked.response.getElementById("ban-xem");
      if (!fresh || shown.contains(document.activeElement)) return;
      shown.replaceChildren(...fresh.childNodes);
      const tried = shown.querySelector("form[data-live]");
      if (tried) liven(tried);
    };
    asked.send(new URLSearchParams(data));
  };
  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(refresh, 500);
  });
  // A list or type decides which fields there are: keep it at once, and stay where one is.
  addEventListener("submit", () => { leaving = true; });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => { if (changed && !leaving) event.preventDefault(); });
  document.addEventListener("submit", (event) => { if (event.target.classList.contains("tried")) event.preventDefault(); });
  // The usual keys of editors.
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      form.requestSubmit(document.querySelector('[form="sua"][name="lam"][value="luu"]'));
    }
  });
})();
