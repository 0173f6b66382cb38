/* Keys: each element with data-key is clicked by those keys. Everything works without this file, by Tab and Enter. */
"use strict";
(() => {
  const OFF = "review-single-keys-off";
  const typing = (element) => element.matches("input:not([type=checkbox]), textarea, select");
  const native = (element) => element.matches("a, button, summary, input");
  const single = document.getElementById("single-keys");
  let busy = false;

  const stored = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  if (single) {
    single.checked = !stored();
    single.addEventListener("change", () => { try { localStorage.setItem(OFF, single.checked ? "0" : "1"); } catch { /* stays for this page */ } });
  }

  const target = (key) => [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key.split(" ").includes(key) && !one.disabled);

  function fold() {
    const parts = [...document.querySelectorAll("details")];
    const open = parts.some((one) => !one.open);
    parts.forEach((one) => { one.open = open; });
  }

  document.addEventListener("keydown", (event) => {
    const on = event.target instanceof Element ? event.target : document.body;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (on.closest("dialog[open]")) return;
    if (typing(on)) {
      if (event.key === "Escape") on.blur();
      if (event.key === "Enter") event.preventDefault(); /* a form's first button is not what was meant */
      return;
    }
    if (event.key === "Enter" && native(on)) return;
    if (event.key.length === 1 && stored()) return;
    if (event.key === "q") { fold(); return; }
    if (event.key === "r") {
      const reason = document.querySelector("input[name=reason]");
      if (reason) { event.preventDefault(); reason.focus(); }
      return;
    }
    const found = target(event.key);
    if (found) { event.preventDefault(); found.click(); return; }
    const note = document.querySelector("[data-no-key]"); /* a key that the help names must not seem dead */
    if (note && note.dataset.noKey.split(" ").includes(event.key)) document.getElementById("said").textContent = note.dataset.says;
  });

  document.addEventListener("click", (event) => {
    const opener = event.target instanceof Element && event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
  });

  /* one answer a page: a second press while the first is on its way does nothing */
  document.addEventListener("submit", (event) => {
    if (event.target.method === "dialog") return;
    if (busy) event.preventDefault();
    busy = true;
  });
  window.addEventListener("pageshow", (event) => { busy = false; if (event.persisted) location.reload(); });
})();
