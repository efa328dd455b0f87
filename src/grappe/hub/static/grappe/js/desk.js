// Keyboard in the desk's tables: j/k or arrows move, x ticks, Enter opens; "/" goes to the search box.
const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")];
const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
let at = -1;

const go = (next) => {
  const all = rows();
  if (!all.length) return;
  all[at]?.classList.remove("registry-at");
  at = Math.min(Math.max(next, 0), all.length - 1);
  all[at].classList.add("registry-at");
  (all[at].querySelector("th a") ?? all[at].querySelector("a"))?.focus();
};

// What opens to be filled in takes the focus; what is typed replaces what stands there.
const fillIn = (details) => {
  // Opened by key, it is being filled in already when the browser tells that it opened.
  if (details?.querySelector("input:focus, select:focus")) return;
  const field = details?.querySelector("input:not([type=hidden]), select");
  field?.focus();
  field?.select?.();
};

const KEYS = {
  j: () => go(at + 1),
  k: () => go(at - 1),
  ArrowDown: () => go(at + 1),
  ArrowUp: () => go(at - 1),
  x: () => rows()[at]?.querySelector("input[type=checkbox]")?.click(),
  "/": () => document.querySelector("[data-search]")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  // In the queue of pairs, one key a verdict: the button that names it is pressed.
  const verdict = document.querySelector(`[data-queue] [data-key="${CSS.escape(event.key)}"]`);
  if (verdict && !event.repeat) {
    event.preventDefault();
    verdict.click();
    // At once: what is typed next is no verdict.
    fillIn(verdict.closest("details[data-fill][open]"));
    return;
  }
  const isArrow = event.key.startsWith("Arrow");
  if (!(event.key in KEYS) || (isArrow && !event.target.closest("table[data-rows]"))) return;
  if (event.key !== "/" && !rows().length) return;
  event.preventDefault();
  KEYS[event.key]();
});

document.addEventListener("toggle", (event) => event.target.matches?.("details[data-fill][open]") && fillIn(event.target), true);

// The text that is looked at is brought into view within its own box.
const current = document.querySelector(".figure-text .is-current");
if (current) {
  const box = current.closest(".figure-text");
  box.scrollTop = current.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
}

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("table[data-rows] tbody tr");
  if (row) at = rows().indexOf(row);
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-tick-all]")) return;
  const boxes = event.target.closest("table").querySelectorAll("tbody input[type=checkbox]");
  for (const box of boxes) box.checked = event.target.checked;
});
