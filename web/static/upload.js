// Shows how far a file is on its way. When the connection breaks, the page with what was typed stays. Without this file forms are sent as usual.
(() => {
  "use strict";
  let leaving = false;
  const progress = (status, text, share) => {
    status.hidden = false;
    status.textContent = text;
    if (share === undefined) return;
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = share;
    bar.setAttribute("aria-hidden", "true");
    status.append(" ", bar);
  };

  for (const form of document.querySelectorAll("form[data-upload]")) {
    const status = form.querySelector("[data-progress]"), file = form.querySelector("input[type=file]"), words = form.dataset;
    let way = null, renewed = false;
    const stop = document.createElement("button");
    stop.type = "button";
    stop.className = "btn btn-quiet btn-small";
    stop.textContent = words.stop;
    stop.addEventListener("click", () => way && way.abort());

    const end = (text, signIn) => {
      way = null;
      stop.remove();
      for (const b of form.querySelectorAll("button")) b.removeAttribute("aria-disabled");
      progress(status, text);
      status.setAttribute("role", "alert");
      if (!signIn) return;
      const link = document.createElement("a");
      Object.assign(link, {href: signIn, target: "_blank", rel: "noopener", textContent: words.signIn});
      status.append(" ", link);
    };
    const field = (id) => document.getElementById((words.ids || "") + id) || file;
    const answered = (x) => {
      const a = x.response || {};
      if (a.to) {
        leaving = true;
        location.assign(a.to);
        return;
      }
      if (a.token && !renewed) { // who sends it has signed in again since
        renewed = true;
        form.elements.token.value = a.token;
        return send();
      }
      end(a.words || words.failed, a.sign_in);
      if (a.words && !a.sign_in) field(a.field).focus();
    };
    const send = () => {
      way = new XMLHttpRequest();
      way.open("POST", form.action);
      way.setRequestHeader("Accept", "application/json");
      way.responseType = "json";
      let told = -1;
      way.upload.addEventListener("progress", (e) => {
        if (!way || !e.lengthComputable) return;
        const percent = Math.floor((100 * e.loaded) / e.total);
        if (percent === told) return;
        told = percent;
        progress(status, `${words.sending} ${percent}%`, e.loaded / e.total);
        status.append(" ", stop);
      });
      way.upload.addEventListener("load", () => way && progress(status, words.checking));
      way.addEventListener("load", () => answered(way));
      for (const gone of ["error", "timeout", "abort"]) way.addEventListener(gone, () => end(words.lost));
      progress(status, words.sending);
      status.append(" ", stop);
      way.send(new FormData(form));
    };

    form.addEventListener("submit", (event) => {
      const button = event.submitter;
      if (way) return event.preventDefault();
      if (!file.files.length || (button && "plain" in button.dataset)) return; // nothing to wait for, or a page is wanted
      event.preventDefault();
      status.setAttribute("role", "status");
      for (const b of form.querySelectorAll("button")) b.setAttribute("aria-disabled", "true");
      renewed = false;
      send();
    });
    addEventListener("beforeunload", (event) => { if (way && !leaving) event.preventDefault(); });
  }
})();
