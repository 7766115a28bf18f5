// <image-grid> around the cards or rows of the library: arrows and j, k go from one to the next, and the
// slider sets the size of the pictures, remembered in this browser. Back from an image one is where one
// was: as many pages are loaded again as there were.

const SIZE = "grid-size";
const PLACE = "grid-place";
const STEPS = { ArrowRight: 1, ArrowLeft: -1, j: 1, k: -1 };
const TYPED_IN = "input, textarea, select, summary, [contenteditable]";

class ImageGrid extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    const { signal } = this.leave;
    document.addEventListener("keydown", (event) => this.pressed(event), { signal });
    addEventListener("pagehide", () => this.remember(), { signal });
    this.goBack();
    this.slider = this.querySelector("[data-grid-size]");
    if (!this.slider) return;
    this.slider.closest("label").hidden = false;
    this.slider.value = localStorage.getItem(SIZE) ?? this.slider.value;
    this.resize();
    this.slider.addEventListener("input", () => this.resize(), { signal });
    this.slider.addEventListener("change", () => localStorage.setItem(SIZE, this.slider.value), { signal });
  }

  disconnectedCallback() {
    this.leave.abort();
  }

  remember() {
    const place = { url: location.href, top: scrollY, count: this.cards.length };
    sessionStorage.setItem(PLACE, JSON.stringify(place));
  }

  // A browser that kept the page has its place; one that loads it anew has the first images only.
  async goBack() {
    const [navigation] = performance.getEntriesByType("navigation");
    const place = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
    if (navigation?.type !== "back_forward" || place?.url !== location.href) return;
    if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done));
    for (let more = this.more; more && this.cards.length < place.count; more = this.more) {
      const settled = new Promise((done) => this.addEventListener("htmx:afterSettle", done, { once: true }));
      window.htmx.trigger(more, "revealed");
      await settled;
    }
    scrollTo({ top: place.top });
  }

  get more() {
    return this.querySelector(".library__more");
  }

  get cards() {
    return [...this.querySelectorAll(".image-card__name, [data-card]")];
  }

  resize() {
    this.style.setProperty("--grid-size", `${this.slider.value}rem`);
  }

  pressed(event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest?.(TYPED_IN) || document.querySelector("dialog:modal")) return;
    const cards = this.cards;
    const at = cards.indexOf(document.activeElement);
    // Arrows scroll the page until a card has the focus.
    if (at < 0 && event.key.startsWith("Arrow")) return;
    const to = event.key in STEPS ? at + STEPS[event.key] : this.vertically(cards, at, event.key);
    if (to === null) return;
    event.preventDefault();
    cards[Math.max(0, to)]?.focus();
  }

  // The nearest card in the next row up or down.
  vertically(cards, at, key) {
    if (key !== "ArrowUp" && key !== "ArrowDown") return null;
    const here = cards[at].getBoundingClientRect();
    const step = key === "ArrowDown" ? 1 : -1;
    let best = at;
    for (let to = at + step; to >= 0 && to < cards.length; to += step) {
      const box = cards[to].getBoundingClientRect();
      if (Math.abs(box.top - here.top) < 4) continue;
      if (best !== at && Math.abs(box.top - cards[best].getBoundingClientRect().top) > 4) break;
      const nearer = best === at || distance(box, here) < distance(cards[best].getBoundingClientRect(), here);
      if (nearer) best = to;
    }
    return best;
  }
}

const distance = (one, other) => Math.abs(one.left - other.left);

customElements.define("image-grid", ImageGrid);
