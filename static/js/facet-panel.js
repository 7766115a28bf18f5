// <facet-panel src="…"> beside the grid: asks for the facets once the page stands. Which of them are open
// is remembered in this browser, and told to the server, which counts just those; one that is opened
// later is counted then.

const STATE = "facets";

class FacetPanel extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    // "toggle" does not bubble, but can be caught on its way down.
    this.addEventListener("toggle", (event) => this.toggled(event.target), {
      capture: true,
      signal: this.leave.signal,
    });
    if (this.getAttribute("src")) this.load();
  }

  disconnectedCallback() {
    this.leave.abort();
  }

  get state() {
    return JSON.parse(localStorage.getItem(STATE) ?? "{}");
  }

  load() {
    const url = new URL(this.getAttribute("src"), location);
    for (const [name, open] of Object.entries(this.state)) url.searchParams.append(open ? "open" : "shut", name);
    window.htmx.ajax("GET", url.pathname + url.search, { target: this, swap: "innerHTML" });
  }

  toggled(facet) {
    const { facet: name } = facet.dataset;
    if (!name) return;
    const body = facet.querySelector("[data-src]");
    // What the server sent open tells of its being open too.
    if (!facet.open && !body) this.remember(name, false);
    if (!facet.open || !body) return;
    this.remember(name, true);
    window.htmx.ajax("GET", body.dataset.src, { target: body, swap: "outerHTML" });
  }

  remember(name, open) {
    localStorage.setItem(STATE, JSON.stringify({ ...this.state, [name]: open }));
  }
}

customElements.define("facet-panel", FacetPanel);
