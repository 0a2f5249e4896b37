// Enhancements only: every page works without this file.
(() => {
  "use strict";
  const form = document.querySelector("form[data-once]");
  if (!form) return;
  const status = form.querySelector("[role=status]");
  let sent = false;
  let waiting = null;

  const say = (name) => {
    if (!status) return;
    status.textContent = name ? status.dataset[name] : "";
    status.hidden = !name;
  };
  const hold = (button) => {
    waiting = button;
    say("offline");
  };
  const resume = () => {
    if (!waiting) return;
    const button = waiting;
    waiting = null;
    say("");
    form.requestSubmit(button === true ? undefined : button);
  };

  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
      return;
    }
    if (navigator.onLine === false) {
      event.preventDefault();
      hold(event.submitter || true);
      return;
    }
    sent = true;
    say("sending");
    for (const b of form.querySelectorAll("button")) b.setAttribute("aria-disabled", "true");
  });
  addEventListener("online", resume);
  addEventListener("pageshow", () => {
    sent = false;
    say("");
    for (const b of form.querySelectorAll("button")) b.removeAttribute("aria-disabled");
  });
})();
