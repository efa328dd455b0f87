// Before the first paint: the appearance this person chose, if any.
(() => {
  const kept = localStorage.getItem("grappe-theme");
  if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
})();
