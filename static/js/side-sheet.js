// <side-sheet id="facets" class="sheet" below="760">: a panel beside the page that is a sheet from the
// bottom on windows narrower than that. Buttons with popovertarget="facets" show only then. Without
// script the panel stands in the page.

const BELOW = 760;

class SideSheet extends HTMLElement {
  connectedCallback() {
    this.narrow = matchMedia(`(width < ${this.getAttribute("below") ?? BELOW}px)`);
    this.leave = new AbortController();
    this.narrow.addEventListener("change", () => this.fit(), { signal: this.leave.signal });
    this.fit();
  }

  disconnectedCallback() {
    this.leave.abort();
  }

  fit() {
    if (this.narrow.matches) this.setAttribute("popover", "auto");
    else this.removeAttribute("popover");
    for (const button of document.querySelectorAll(`[popovertarget="${this.id}"]:not(#${this.id} *)`)) {
      button.hidden = !this.narrow.matches;
    }
  }
}

customElements.define("side-sheet", SideSheet);
