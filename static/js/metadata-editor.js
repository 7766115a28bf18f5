// <metadata-editor>: the keyboard's way through the editor. Enter in the key field goes on to the value; e and
// Delete act on the entry that has the focus; Esc leaves a row; a pasted list goes where many are added.

class MetadataEditor extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    const { signal } = this.leave;
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.addEventListener("accepted", (event) => this.accepted(event), { signal });
    this.addEventListener("paste", (event) => this.pasted(event), { signal });
    this.addEventListener("htmx:afterSettle", () => this.showAlert(), { signal });
    this.showAlert();
  }

  disconnectedCallback() {
    this.leave.abort();
  }

  // What was refused, and why, must be in sight wherever the row is.
  showAlert() {
    this.querySelector("[role=alert]")?.scrollIntoView({ block: "nearest" });
  }

  get value() {
    return this.querySelector("#entry-value");
  }

  pressed(event) {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.id === "entry-key" && event.key === "Enter") {
      event.preventDefault();
      if (event.target.value.trim()) this.value.focus();
      return;
    }
    const row = event.target.closest(".entry");
    if (!row) return;
    if (event.key === "Escape") row.querySelector(".entry__cancel")?.click();
    else if (event.target.matches("input, textarea, select")) return;
    else if (event.key === "e") row.querySelector(".entry__value").click();
    else if (event.key === "Delete") row.querySelector(".entry__remove button")?.click();
    else return;
    event.preventDefault();
  }

  accepted(event) {
    if (event.target.querySelector("#entry-key")) this.value.focus();
  }

  pasted(event) {
    if (event.target.id !== "entry-key") return;
    const text = event.clipboardData.getData("text/plain").trim();
    if (!text.includes("\n") && !text.startsWith("{")) return;
    event.preventDefault();
    const many = this.querySelector(".editor__many");
    many.open = true;
    const field = many.querySelector("textarea");
    field.value = text;
    field.focus();
  }
}

customElements.define("metadata-editor", MetadataEditor);
