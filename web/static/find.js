// A picker with many choices is searched while one types. Without this file its button does the same.
(() => {
  "use strict";
  const make = (tag, props, ...inside) => {
    const x = Object.assign(document.createElement(tag), props);
    x.append(...inside);
    return x;
  };
  const searching = (box) => {
    const code = box.dataset.find, field = box.querySelector("[type=search]"), form = field.form;
    const list = box.querySelector(".choices"), status = box.querySelector("[role=status]"), button = box.querySelector("button");
    let timer = 0, turn = 0, plain = false;

    const option = ({ code: value, words }) => make("label", { className: value ? "choice" : "choice choice-skip" },
      make("input", { type: "radio", name: "a." + code, value }), make("span", { className: "mark" }), make("span", { className: "words", textContent: words }));

    // show keeps what is chosen at the head of what was found.
    const show = ({ found, status: words }) => {
      const chosen = list.querySelector("input:checked");
      const kept = chosen ? [chosen.closest("label")] : [];
      list.replaceChildren(...kept, ...found.filter((x) => !chosen || x.code !== chosen.value).map(option));
      status.textContent = words;
    };
    const search = async () => {
      clearTimeout(timer);
      const typed = field.value.trim(), mine = ++turn;
      form.elements["f." + code].value = typed;
      if (!typed) return show({ found: [], status: "" });
      const body = new URLSearchParams(new FormData(form));
      body.set("go", "find-" + code);
      try {
        const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
        if (!answer.ok || !/json/.test(answer.headers.get("Content-Type"))) throw new Error(answer.status);
        const matches = await answer.json();
        if (mine === turn) show(matches);
      } catch {
        plain = true; // the button sends the page, which says what is wrong
        form.elements["f." + code].value = "";
      }
    };
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(search, 250);
    });
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && !plain) {
        event.preventDefault();
        search();
      }
      const first = event.key === "ArrowDown" && (list.querySelector("input:checked") || list.querySelector("input"));
      if (first) {
        event.preventDefault();
        first.focus();
      }
    });
    button.addEventListener("click", (event) => {
      if (plain) return;
      event.preventDefault();
      search();
    });
  };
  document.querySelectorAll("form[method=post] [data-find]").forEach(searching);
})();
