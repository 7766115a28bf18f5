// <auto-complete src="/…/suggest"> around an ordinary <input>: the ARIA combobox. The server renders the
// options: <li role="option" class="option" data-text="…">. Attributes:
//   src   asked with ?text=&cursor= (cursor and spans count characters, as Python does)
//   with  names of other fields of the form to send along ("key")
//   min   characters before it asks (1; with 0 it opens on focus)
//   mode  "whole": data-text replaces the field; "span": it replaces data-start…data-end, and it asks again
// Fires "accepted" with detail {text, option} once the field has the text.
// Without an option chosen, Enter and Tab do what they do in any field.

import Combobox from "../vendor/combobox-nav.js";

const WAIT = 80;
let made = 0;

const length = (text) => [...text].length;

// From a count of characters to JavaScript's count of UTF-16 units.
const units = (text, characters) => [...text].slice(0, characters).join("").length;

class AutoComplete extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input, textarea");
    this.list = this.makeList();
    this.combobox = new Combobox(this.input, this.list);
    this.isOpen = false;
    this.asked = null;
    this.leave = new AbortController();
    const { signal } = this.leave;
    this.input.addEventListener("input", () => this.later(), { signal });
    this.input.addEventListener("focus", () => this.minimum === 0 && this.later(), { signal });
    this.input.addEventListener("blur", () => this.close(), { signal });
    this.input.addEventListener("keydown", (event) => this.pressed(event), { signal, capture: true });
    this.input.form?.addEventListener("submit", () => this.close(), { signal });
    // The field keeps the focus while an option is clicked; blur would close the list before.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    this.list.addEventListener("combobox-commit", (event) => this.accept(event.target), { signal });
    document.addEventListener("htmx:beforeHistorySave", () => this.close(), { signal });
  }

  disconnectedCallback() {
    this.close();
    this.leave.abort();
    this.combobox.destroy();
    this.list.remove();
  }

  get minimum() {
    return Number(this.getAttribute("min") ?? 1);
  }

  makeList() {
    // A page out of the history may bring the list of its former life.
    this.querySelector(":scope > [role=listbox]")?.remove();
    const list = document.createElement("ul");
    made += 1;
    list.id = `suggestions-${made}`;
    list.className = "listbox";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggestions");
    list.hidden = true;
    this.append(list);
    this.input.autocomplete = "off";
    return list;
  }

  pressed(event) {
    if (event.isComposing) return;
    if (event.key === "Escape" && this.isOpen) {
      // Only the list closes: not the dialog around it, nor the row being edited.
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "ArrowDown" && !this.isOpen) {
      event.preventDefault();
      this.ask();
    }
  }

  later() {
    clearTimeout(this.timer);
    if (length(this.input.value) < this.minimum) this.close();
    else this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    clearTimeout(this.timer);
    this.fetching?.abort();
    this.fetching = new AbortController();
    const { signal } = this.fetching;
    const { value, selectionStart } = this.input;
    const cursor = length(value.slice(0, selectionStart ?? value.length));
    try {
      const response = await fetch(this.address(value, cursor), { signal, credentials: "same-origin" });
      // A redirect leads to the login page, which holds no options.
      const html = response.ok && !response.redirected ? await response.text() : "";
      if (!signal.aborted) this.show(html, value);
    } catch (problem) {
      // No suggestions are no obstacle: one types on.
      if (problem.name !== "AbortError") this.close();
    }
  }

  address(text, cursor) {
    const url = new URL(this.getAttribute("src"), location.href);
    url.searchParams.set("text", text);
    url.searchParams.set("cursor", String(cursor));
    for (const name of (this.getAttribute("with") ?? "").split(" ").filter(Boolean)) {
      url.searchParams.set(name, this.input.form?.elements[name]?.value ?? "");
    }
    return url;
  }

  show(html, asked) {
    this.list.innerHTML = html;
    this.asked = asked;
    const options = this.list.querySelectorAll("[role=option]");
    if (!options.length || document.activeElement !== this.input) {
      this.close();
      return;
    }
    // combobox-nav names only the option it is on; with names of their own none is passed over.
    options.forEach((option, index) => (option.id = `${this.list.id}-${index}`));
    this.list.hidden = false;
    this.list.scrollTop = 0;
    if (this.isOpen) this.combobox.stop();
    this.isOpen = true;
    this.combobox.start();
  }

  close() {
    clearTimeout(this.timer);
    this.fetching?.abort();
    if (!this.isOpen) return;
    this.isOpen = false;
    this.combobox.stop();
    this.list.hidden = true;
  }

  accept(option) {
    const { text } = option.dataset;
    const goesOn = this.getAttribute("mode") === "span";
    if (goesOn && !this.replaceSpan(option.dataset)) {
      this.ask();
      return;
    }
    if (!goesOn) this.input.value = text;
    this.close();
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    if (goesOn) this.ask();
    else this.close();
    this.dispatchEvent(new CustomEvent("accepted", { bubbles: true, detail: { text, option } }));
  }

  // The text may have grown or shrunk at the cursor since the options were made for it.
  replaceSpan({ start, end, text }) {
    const now = this.input.value;
    const from = units(this.asked, Number(start));
    const to = units(this.asked, Number(end));
    const shift = now.length - this.asked.length;
    const same = now.startsWith(this.asked.slice(0, from)) && now.endsWith(this.asked.slice(to));
    if (!same || to + shift < from) return false;
    this.input.setRangeText(text, from, to + shift, "end");
    return true;
  }
}

customElements.define("auto-complete", AutoComplete);
