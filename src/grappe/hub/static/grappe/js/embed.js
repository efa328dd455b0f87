// <grappe-figure src="https://…/chiffre.json"></grappe-figure>: a key figure on another site, as it is checked now.
(() => {
  const STYLE = `
    :host { display: block; max-inline-size: 22rem; font: 1rem/1.45 system-ui, sans-serif; color: CanvasText; background: Canvas; }
    article { padding: 1.1rem 1.25rem; border: 1px solid color-mix(in srgb, CanvasText 25%, Canvas); border-radius: 6px; }
    strong { display: block; font: 500 2.1rem/1.1 Georgia, serif; }
    p { margin: 0.5rem 0 0; }
    small { display: block; margin-top: 0.75rem; padding-top: 0.5rem; border-top: 1px dotted currentcolor; font-size: 0.875rem; }
  `;
  const add = (parent, name, text) => {
    const made = parent.appendChild(document.createElement(name));
    made.textContent = text;
    return made;
  };

  class GrappeFigure extends HTMLElement {
    async connectedCallback() {
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      const answer = await fetch(this.getAttribute("src"));
      if (!answer.ok) return;
      const said = await answer.json();
      root.replaceChildren();
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      const card = root.appendChild(document.createElement("article"));
      card.lang = said.language;
      add(card, "strong", said.value);
      add(card, "p", said.label);
      const foot = add(card, "small", [said.place, said.period, said.source, said.state].filter(Boolean).join(" · "));
      foot.append(document.createElement("br"));
      const link = add(foot, "a", said.site);
      link.href = said.url;
    }
  }
  customElements.define("grappe-figure", GrappeFigure);
})();
