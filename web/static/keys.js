// Shortcuts: an element with data-key is pressed, followed or focused by that letter while nothing is typed. Ctrl+Enter sends what is
// typed. Works without this file by Tab, Enter and the access keys of the browser.
(() => {
  "use strict";
  const typing = (e) => e.isContentEditable || e.tagName === "TEXTAREA" || e.tagName === "SELECT" || e.tagName === "INPUT" && !["checkbox", "radio", "button", "submit"].includes(e.type);
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    if (event.key === "Escape" && typing(event.target)) return event.target.blur();
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== "Enter" || !event.target.form) return;
      event.preventDefault();
      return event.target.form.requestSubmit();
    }
    if (typing(event.target) || event.key.length !== 1) return;
    const there = document.querySelector('[data-key="' + CSS.escape(event.key.toLowerCase()) + '"]');
    if (!there) return;
    event.preventDefault();
    if (there.matches("a, button")) return there.click();
    const form = there.matches("h3") && there.parentNode;
    const field = form ? form.querySelector("input:checked") || form.querySelector("input:not([type=hidden]), select, textarea") : there;
    (field || there).focus();
  });
})();
