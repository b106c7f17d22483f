// What pages do beyond forms and links. Every page works without it, but for live
// progress and for removing a temporary view that is left without closing it.
"use strict";
(() => {
  const each = (selector, f) => document.querySelectorAll(selector).forEach(f);
  const token = () => (document.querySelector("input[name=csrfmiddlewaretoken]") || {}).value || "";

  // A page that the browser kept for its back button is asked for again: after
  // signing out it must show nothing.
  addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });

  // A page that is open and not used signs out, with all others of this browser that
  // are not used either. It says so before.
  const used = "clinician-used", now = () => Date.now();
  if (document.body.dataset.idle) {
    const touch = () => { try { localStorage.setItem(used, now()); } catch { /* this page alone then */ } last = now(); };
    let last = now(), warning = null;
    touch();
    for (const kind of ["keydown", "pointerdown", "wheel", "touchstart"]) addEventListener(kind, touch, { passive: true });
    setInterval(() => {
      try { last = Math.max(last, Number(localStorage.getItem(used)) || 0); } catch { /* as above */ }
      const idle = Number(document.body.dataset.idle), left = idle - (now() - last) / 1000, soon = Math.min(120, idle / 4);
      if (left <= 0) {
        const form = document.querySelector("form.out");
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "idle", value: "yes" }));
        document.body.removeAttribute("data-idle");
        form.submit();
      } else if (left < soon && !warning) {
        warning = document.createElement("div");
        warning.className = "idle";
        warning.setAttribute("role", "alert");
        const stay = Object.assign(document.createElement("button"), { textContent: "Stay signed in" });
        stay.addEventListener("click", touch);
        warning.append("Nothing was done for a while. You are about to be signed out.", stay);
        document.body.append(warning);
      } else if (left >= soon && warning) {
        warning.remove();
        warning = null;
      }
    }, 1000);
  }

  // Progress of a reading, over a WebSocket of this server. Whatever ends it, the
  // page is asked for again and says how it ended.
  each("[data-socket]", (box) => {
    const bar = box.querySelector("progress"), state = box.querySelector("[data-state]");
    let lost = 0;
    const say = (job) => {
      if (typeof job.progress === "number") bar.value = job.progress;
      const parts = [];
      if (job.status === "pending") parts.push("waiting");
      else if (job.pages) parts.push(`reading, ${job.page || 0} of ${job.pages} pages done`);
      else parts.push("reading");
      if (job.eta_seconds) parts.push(`about ${job.eta_seconds} s left`);
      const text = parts.join(", ");
      if (state.textContent !== text) state.textContent = text;
    };
    const watch = () => {
      const url = new URL(box.dataset.socket, location.href);
      url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
      const socket = new WebSocket(url);
      socket.onmessage = (e) => {
        const m = JSON.parse(e.data);
        if (m.type === "progress_update" || m.type === "status_update") { lost = 0; say(m); }
      };
      socket.onclose = (e) => {
        if (e.code === 1000 || e.code >= 4000) location.reload();
        else if (++lost < 20) {
          state.textContent = "The connection was lost; trying again.";
          setTimeout(watch, Math.min(15000, 500 * 2 ** lost));
        } else state.textContent = "The connection is lost. Load the page again to see how it stands.";
      };
    };
    watch();
  });

  // A temporary view goes when its page is left, and when its time is over.
  each("form[data-view]", (form) => {
    const data = () => new URLSearchParams({ csrfmiddlewaretoken: token(), leaving: "yes" });
    addEventListener("pagehide", () => navigator.sendBeacon(form.action, data()));
    setTimeout(() => form.submit(), form.dataset.minutes * 60000);
    addEventListener("keydown", (e) => { if (e.key === "Escape") form.submit(); });
  });
})();
