// Completion as one types: the ARIA combobox pattern over a plain search field.
const WAIT_MS = 120;

class Completion {
  constructor(input) {
    this.input = input;
    this.list = document.getElementById(input.getAttribute("aria-controls"));
    this.chosen = -1;
    input.addEventListener("input", () => this.ask());
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  ask() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetch(this.input.value.trim()), WAIT_MS);
  }

  async fetch(words) {
    if (words.length < 2) return this.close();
    const answer = await fetch(`${this.input.dataset.complete}?q=${encodeURIComponent(words)}`, {
      headers: { "HX-Request": "true" },
    });
    // A slower answer to an older question is dropped.
    if (!answer.ok || words !== this.input.value.trim()) return;
    this.list.innerHTML = await answer.text();
    this.chosen = -1;
    this.input.setAttribute("aria-expanded", String(this.options().length > 0));
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  press(event) {
    const options = this.options();
    if (event.key === "Escape") return this.close();
    if (event.key === "Enter" && this.chosen >= 0) {
      event.preventDefault();
      options[this.chosen].querySelector("a").click();
    }
    if (!options.length || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    this.choose((this.chosen + step + options.length) % options.length, options);
  }

  choose(number, options) {
    this.chosen = number;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === number)));
    this.input.setAttribute("aria-activedescendant", options[number].id);
  }

  close() {
    this.list.replaceChildren();
    this.chosen = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

export function completeAll() {
  for (const input of document.querySelectorAll("input[data-complete]")) new Completion(input);
}
