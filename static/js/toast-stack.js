// <toast-stack>: short messages in the corner. A "toast" event with {message, level, undo} adds one;
// the server sends it by the header HX-Trigger. Errors stay until closed, the rest goes by itself.

const SECONDS = 6;
const SECONDS_WITH_UNDO = 12;
const MOST = 4;

// Going back swaps the whole body, stack and all: its toasts move on to the next one.
const armed = new WeakSet();
const homeless = [];

class ToastStack extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol");
    this.pattern = this.querySelector("template").content.firstElementChild;
    this.leave = new AbortController();
    const { signal } = this.leave;
    document.addEventListener("toast", (event) => this.add(event.detail), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    document.addEventListener("htmx:beforeHistorySave", () => this.hide(), { signal });
    this.list.append(...homeless.splice(0));
    for (const toast of this.list.children) this.arm(toast);
  }

  disconnectedCallback() {
    this.leave.abort();
    homeless.push(...this.list.children);
  }

  // The page is remembered without its toasts: htmx copies it before the microtask runs.
  hide() {
    const toasts = [...this.list.children];
    this.list.replaceChildren();
    queueMicrotask(() => this.list.append(...toasts));
  }

  add({ message, level = "success", undo = "" }) {
    const toast = this.pattern.cloneNode(true);
    toast.classList.toggle("toast--error", level === "error");
    toast.querySelector(".toast__text").textContent = message;
    if (undo) {
      const form = toast.querySelector(".toast__undo");
      form.action = undo;
      form.hidden = false;
    }
    this.list.append(toast);
    while (this.list.children.length > MOST) this.list.firstElementChild.remove();
    this.arm(toast);
  }

  arm(toast) {
    if (armed.has(toast)) return;
    armed.add(toast);
    const form = toast.querySelector(".toast__undo");
    if (!form.hidden) {
      form.setAttribute("hx-post", form.getAttribute("action"));
      form.setAttribute("hx-swap", "none");
      window.htmx.process(form);
      form.addEventListener("htmx:afterRequest", (event) => event.detail.successful && this.dismiss(toast));
    }
    if (toast.classList.contains("toast--error")) return;
    const wait = (form.hidden ? SECONDS : SECONDS_WITH_UNDO) * 1000;
    this.count(toast, wait);
  }

  // One who reads or is about to press is given the time: the clock stops under pointer and focus.
  count(toast, wait) {
    let timer = setTimeout(() => this.dismiss(toast), wait);
    const stop = () => clearTimeout(timer);
    const start = () => {
      stop();
      timer = setTimeout(() => this.dismiss(toast), wait);
    };
    for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stop);
    for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start);
  }

  clicked(event) {
    const close = event.target.closest(".toast__close");
    if (close) this.dismiss(close.closest("li"));
  }

  dismiss(toast) {
    const hadFocus = toast.contains(document.activeElement);
    toast.remove();
    if (hadFocus) document.querySelector("main").focus();
  }
}

customElements.define("toast-stack", ToastStack);
