// <drop-zone> around <input type="file" multiple>: files and folders dropped on it go into the input
// and into a "files" event, detail.files = [{file, path}], path with the folders they lay in. With
// the attribute "anywhere" the whole page takes drops. data-over is set while something hovers.

async function readAll(reader) {
  const entries = [];
  // A reader hands out at most a hundred entries a call, and an empty batch at the end.
  for (;;) {
    const batch = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!batch.length) return entries;
    entries.push(...batch);
  }
}

async function collect(entry) {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const file = await new Promise((done, fail) => entry.file(done, fail));
    return [{ file, path }];
  }
  const inside = await readAll(entry.createReader());
  const found = [];
  for (const each of inside) found.push(...(await collect(each)));
  return found;
}

async function filesOf(transfer) {
  // Entries must be taken before the first await: the list is emptied when the event is over.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, path: file.name }));
  const found = [];
  for (const entry of entries) found.push(...(await collect(entry)));
  return found;
}

const isHidden = ({ path }) => path.split("/").some((part) => part.startsWith("."));

class DropZone extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    this.depth = 0;
    const { signal } = this.leave;
    const target = this.hasAttribute("anywhere") ? document.body : this;
    target.addEventListener("dragenter", (event) => this.enter(event), { signal });
    target.addEventListener("dragover", (event) => this.over(event), { signal });
    target.addEventListener("dragleave", (event) => this.left(event), { signal });
    target.addEventListener("drop", (event) => this.dropped(event), { signal });
    this.input?.addEventListener("change", (event) => this.chosen(event), { signal });
  }

  disconnectedCallback() {
    this.leave.abort();
  }

  get input() {
    return this.querySelector("input[type=file]");
  }

  enter(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    // Children send enter and leave, too: only as many leaves as enters mean outside.
    this.depth += 1;
    this.toggleAttribute("data-over", true);
  }

  over(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  }

  left() {
    this.depth = Math.max(0, this.depth - 1);
    if (!this.depth) this.toggleAttribute("data-over", false);
  }

  async dropped(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.depth = 0;
    this.toggleAttribute("data-over", false);
    const files = (await filesOf(event.dataTransfer)).filter((each) => !isHidden(each));
    if (!files.length) return;
    if (this.input) {
      const transfer = new DataTransfer();
      for (const { file } of files) transfer.items.add(file);
      this.input.files = transfer.files;
    }
    this.tell(files);
  }

  chosen(event) {
    const files = [...event.target.files].map((file) => ({
      file,
      path: file.webkitRelativePath || file.name,
    }));
    if (files.length) this.tell(files);
  }

  tell(files) {
    this.dispatchEvent(new CustomEvent("files", { bubbles: true, detail: { files } }));
  }
}

customElements.define("drop-zone", DropZone);
