// What every page gains when scripts run. Nothing here is needed to read or to search.
import { completeAll } from "./completion.js";

function switchTheme() {
  const root = document.documentElement;
  const isDark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  localStorage.setItem("grappe-theme", root.dataset.theme);
  document.dispatchEvent(new Event("grappe:theme"));
}

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.addEventListener("click", switchTheme);
}

// Escape closes the innermost open value and gives focus back to it.
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest("details.value[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

document.querySelector(".error-summary")?.focus();
completeAll();

for (const button of document.querySelectorAll("[data-png]")) {
  button.hidden = false;
  button.addEventListener("click", async () => (await import("./png.js")).download(button.dataset.png));
}

// The map library is heavy: it is fetched when a map comes into view.
const maps = [...document.querySelectorAll("[data-map]")];
if (maps.length) {
  const watcher = new IntersectionObserver(async (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      (await import("./map.js")).draw(target);
    }
  }, { rootMargin: "200px" });
  maps.forEach((map) => watcher.observe(map));
}
