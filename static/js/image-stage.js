// <image-stage tabindex="0"> around one <img>: wheel zooms around the pointer, dragging moves, two fingers do
// both, double click goes between fit and one to one; keys + - 0, Shift and arrows. Buttons inside with
// data-zoom="in | out | fit | actual" and an <output> for the percentage. Fires "zoom" with {scale}. What else is
// inside with data-layer lies on the picture, and has the scale in --scale for what is not to grow with it.

const STEP = 1.25;
const MOST = 16;
const MOVE = 60;

class ImageStage extends HTMLElement {
  connectedCallback() {
    this.image = this.querySelector("img");
    this.output = this.querySelector("output");
    this.pointers = new Map();
    this.leave = new AbortController();
    const { signal } = this.leave;
    this.addEventListener("wheel", (event) => this.wheeled(event), { signal, passive: false });
    this.addEventListener("pointerdown", (event) => this.pressed(event), { signal });
    this.addEventListener("pointermove", (event) => this.moved(event), { signal });
    for (const name of ["pointerup", "pointercancel"]) {
      this.addEventListener(name, (event) => this.pointers.delete(event.pointerId), { signal });
    }
    this.addEventListener("dblclick", (event) => this.doubled(event), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("dragstart", (event) => event.preventDefault(), { signal });
    document.addEventListener("keydown", (event) => this.keyed(event), { signal });
    this.image.addEventListener("load", () => this.fit(), { signal });
    this.resizing = new ResizeObserver(() => (this.isFit ? this.fit() : this.place()));
    this.resizing.observe(this);
    this.fit();
  }

  disconnectedCallback() {
    this.leave.abort();
    this.resizing.disconnect();
  }

  // The picture's own size, also before it has come: the server writes width and height.
  get size() {
    return {
      width: this.image.naturalWidth || Number(this.image.getAttribute("width")) || 1,
      height: this.image.naturalHeight || Number(this.image.getAttribute("height")) || 1,
    };
  }

  // 100 % is the original, though the picture shown may be a smaller preview of it.
  get fullSize() {
    const { width, height } = this.size;
    return {
      width: Number(this.image.getAttribute("width")) || width,
      height: Number(this.image.getAttribute("height")) || height,
    };
  }

  get fitScale() {
    const { width, height } = this.fullSize;
    return Math.min(this.clientWidth / width, this.clientHeight / height, 1) || 1;
  }

  fit() {
    this.isFit = true;
    this.scale = this.fitScale;
    const { width, height } = this.fullSize;
    this.x = (this.clientWidth - width * this.scale) / 2;
    this.y = (this.clientHeight - height * this.scale) / 2;
    this.place();
  }

  // Zoom to a scale; the point (in the stage) stays over the same spot of the picture.
  zoomTo(scale, x = this.clientWidth / 2, y = this.clientHeight / 2) {
    const wanted = Math.min(Math.max(scale, this.fitScale), MOST);
    if (wanted === this.fitScale) {
      this.fit();
      return;
    }
    this.isFit = false;
    const factor = wanted / this.scale;
    this.x = x - (x - this.x) * factor;
    this.y = y - (y - this.y) * factor;
    this.scale = wanted;
    this.place();
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.place();
  }

  place() {
    const { width, height } = this.fullSize;
    this.x = hold(this.x, width * this.scale, this.clientWidth);
    this.y = hold(this.y, height * this.scale, this.clientHeight);
    for (const { style } of [this.image, ...this.querySelectorAll("[data-layer]")]) {
      style.width = `${width}px`;
      style.height = `${height}px`;
      style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
      style.setProperty("--scale", this.scale);
    }
    this.toggleAttribute("data-zoomed", !this.isFit);
    this.toggleAttribute("data-pixels", this.scale >= 3);
    if (this.output) this.output.value = `${Math.round(this.scale * 100)} %`;
    this.dispatchEvent(new CustomEvent("zoom", { bubbles: true, detail: { scale: this.scale } }));
  }

  at(event) {
    const box = this.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  wheeled(event) {
    event.preventDefault();
    // Lines or pixels, mouse or touchpad (which sends Ctrl for a pinch): a like speed for all.
    const amount = event.deltaMode === 1 ? event.deltaY * 20 : event.deltaY;
    const speed = event.ctrlKey ? 0.01 : 0.002;
    this.zoomTo(this.scale * Math.exp(-amount * speed), ...this.at(event));
  }

  pressed(event) {
    if (event.button !== 0 || event.target.closest("button, a, input")) return;
    this.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.at(event));
  }

  moved(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = this.at(event);
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, now);
    if (other) {
      const factor = distance(now, other) / distance(before, other);
      this.zoomTo(this.scale * factor, (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    } else this.pan(now[0] - before[0], now[1] - before[1]);
  }

  doubled(event) {
    if (event.target.closest("button, a")) return;
    if (this.isFit) this.zoomTo(Math.max(1, this.scale * 2), ...this.at(event));
    else this.fit();
  }

  clicked(event) {
    const button = event.target.closest("[data-zoom]");
    if (button) this.act(button.dataset.zoom);
  }

  act(name) {
    if (name === "in") this.zoomTo(this.scale * STEP);
    else if (name === "out") this.zoomTo(this.scale / STEP);
    else if (name === "actual") this.zoomTo(1);
    else this.fit();
  }

  keyed(event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest?.("input, textarea, select, dialog")) return;
    const step = event.shiftKey && ARROWS[event.key];
    if (KEYS[event.key]) this.act(KEYS[event.key]);
    else if (step) this.pan(...step);
    else return;
    event.preventDefault();
  }
}

const KEYS = { "+": "in", "=": "in", "-": "out", 0: "fit" };
const ARROWS = { ArrowLeft: [MOVE, 0], ArrowRight: [-MOVE, 0], ArrowUp: [0, MOVE], ArrowDown: [0, -MOVE] };

const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) || 1;

// A picture larger than the stage covers it; a smaller one stays in the middle.
function hold(offset, size, room) {
  if (size <= room) return (room - size) / 2;
  return Math.min(0, Math.max(room - size, offset));
}

customElements.define("image-stage", ImageStage);
