// Passkeys: a form asks the browser for one and carries what it signs. Without this script the other ways to sign in remain.
(() => {
  "use strict";
  const bytes = (s) => Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (b) => (b ? btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") : undefined);
  const asked = (o) => {
    o.challenge = bytes(o.challenge);
    if (o.user) o.user.id = bytes(o.user.id);
    for (const list of [o.allowCredentials, o.excludeCredentials]) for (const x of list || []) x.id = bytes(x.id);
    return o;
  };
  const answered = (c) => {
    const r = c.response;
    return JSON.stringify({
      id: c.id, rawId: text(c.rawId), type: c.type, clientExtensionResults: {},
      authenticatorAttachment: c.authenticatorAttachment || undefined,
      response: {
        clientDataJSON: text(r.clientDataJSON), attestationObject: text(r.attestationObject), transports: r.getTransports ? r.getTransports() : undefined,
        authenticatorData: r.attestationObject ? undefined : text(r.authenticatorData), signature: text(r.signature), userHandle: text(r.userHandle),
      },
    });
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    const status = form.querySelector("[role=status]"), act = form.dataset.act;
    for (const x of form.querySelectorAll("[data-able]")) x.hidden = false;
    for (const x of form.querySelectorAll("[data-unable]")) x.hidden = true;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!form.reportValidity()) return;
      status.hidden = true;
      try {
        const made = await navigator.credentials[act]({ publicKey: asked(JSON.parse(form.dataset.passkey)) });
        form.elements["xn-khoa"].value = answered(made);
        form.submit();
      } catch {
        status.textContent = form.dataset.failed;
        status.hidden = false;
      }
    });
  }
})();
