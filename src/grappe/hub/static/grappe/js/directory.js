// After each swap of the directory, the map shows the same organisations as the list.
document.addEventListener("htmx:after:swap", () => {
  const directory = document.querySelector("[data-points]");
  if (directory) document.dispatchEvent(new CustomEvent("grappe:points", { detail: directory.dataset.points }));
});
