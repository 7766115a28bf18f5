// <box-list for="…"> around a list of [data-box] and a button: shows and hides the boxes that are drawn in the
// element of that id, and lights the one whose line is under the pointer or has the focus. Hidden stays hidden
// from image to image, in this browser.

const STATE = "boxes";

class BoxList extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    const { signal } = this.leave;
    this.button = this.querySelector("button[aria-pressed]");
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.toggle(), { signal });
    for (const name of ["pointerover", "focusin"]) {
      this.addEventListener(name, (event) => this.light(event.target.closest("[data-box]")), { signal });
    }
    for (const name of ["pointerleave", "focusout"]) this.addEventListener(name, () => this.light(null), { signal });
    this.show(localStorage.getItem(STATE) !== "hidden");
  }

  disconnectedCallback() {
    this.leave.abort();
  }

  get drawn() {
    return document.getElementById(this.getAttribute("for"));
  }

  toggle() {
    const shown = this.button.getAttribute("aria-pressed") !== "true";
    if (shown) localStorage.removeItem(STATE);
    else localStorage.setItem(STATE, "hidden");
    this.show(shown);
  }

  show(shown) {
    this.button.setAttribute("aria-pressed", String(shown));
    this.drawn?.toggleAttribute("data-hidden", !shown);
  }

  light(line) {
    for (const box of this.drawn?.querySelectorAll("[data-box]") ?? []) {
      box.toggleAttribute("data-lit", box.dataset.box === line?.dataset.box);
    }
  }
}

customElements.define("box-list", BoxList);
