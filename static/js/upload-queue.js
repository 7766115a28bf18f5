// <upload-queue> around the upload form: files go up one by one, as soon as they are dropped or
// chosen, each with its own progress and result. An image and the files named like it go together, for
// the server pairs sidecars; what the server answers are rows of the results. Without script the form
// sends all at once. A zip alone leads to the page of the job that takes its images in.

const TOGETHER = 3;

const stem = (path) => path.replace(/\.json$/, "").replace(/\.[^./]*$/, "");

class UploadQueue extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    const { signal } = this.leave;
    this.waiting = [];
    this.running = 0;
    this.counts = { new: 0, duplicate: 0, restored: 0, archive: 0, refused: 0, orphan: 0 };
    this.addEventListener("files", (event) => this.take(event.detail.files), { signal });
    this.addEventListener("submit", (event) => this.submitted(event), { signal });
    addEventListener("beforeunload", (event) => this.isBusy && event.preventDefault(), { signal });
  }

  disconnectedCallback() {
    this.leave.abort();
  }

  get form() {
    return this.querySelector("#form");
  }

  get results() {
    return this.querySelector("#results");
  }

  get isBusy() {
    return this.running > 0 || this.waiting.length > 0;
  }

  submitted(event) {
    // Everything chosen is on its way already.
    if (event.target === this.form && (this.isBusy || this.sent)) event.preventDefault();
  }

  take(files) {
    const groups = new Map();
    for (const each of files) {
      const key = stem(each.path);
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(each);
    }
    for (const group of groups.values()) this.waiting.push({ files: group, row: this.rowFor(group) });
    this.form.querySelector("input[type=file]").value = "";
    this.sent = true;
    this.next();
  }

  rowFor(group) {
    const row = document.createElement("li");
    row.className = "result";
    row.dataset.outcome = "waiting";
    const name = document.createElement("span");
    name.className = "result__name";
    name.textContent = group.map((each) => each.path).join(", ");
    const bar = document.createElement("progress");
    bar.className = "result__progress progress__bar";
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", name.textContent);
    row.append(name, bar);
    this.results.append(row);
    return row;
  }

  next() {
    // The first answer names the change that the others join, so that all are undone as one.
    const most = this.changeSet ? TOGETHER : 1;
    while (this.waiting.length && this.running < most) this.send(this.waiting.shift());
    this.tell();
  }

  send(group) {
    this.running += 1;
    const data = new FormData(this.form);
    data.delete("files");
    for (const { file, path } of group.files) {
      data.append("files", file);
      data.append("paths", path);
    }
    if (this.changeSet) data.append("change_set", this.changeSet);
    const request = new XMLHttpRequest();
    request.open("POST", this.form.action);
    request.setRequestHeader("HX-Request", "true");
    const bar = group.row.querySelector("progress");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => this.answered(group, request));
    request.addEventListener("error", () => this.failed(group, "The server did not answer. Drop it again to retry."));
    request.send(data);
  }

  answered(group, request) {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const answer = page.querySelector("#results");
    if (request.status === 200 && answer) {
      this.changeSet ||= answer.dataset.changeSet;
      for (const row of answer.children) this.counts[row.dataset.outcome] += 1;
      const job = answer.querySelector('[data-outcome="archive"] a');
      group.row.replaceWith(...answer.children);
      this.done();
      if (job && this.results.children.length === 1) location.assign(job.href);
    } else if (request.status === 422 && page.querySelector("#form")) {
      this.form.replaceWith(page.querySelector("#form"));
      window.htmx.process(this.form);
      this.failed(group, "Mend what is wrong above and drop it again.");
    } else {
      this.failed(group, page.querySelector("[data-reason]")?.textContent.trim() || "The server refused this file.");
    }
  }

  failed(group, why) {
    const said = document.createElement("span");
    said.className = "result__why";
    said.textContent = why;
    group.row.dataset.outcome = "refused";
    group.row.querySelector("progress")?.replaceWith(said);
    this.counts.refused += 1;
    this.done();
  }

  done() {
    this.running -= 1;
    this.next();
  }

  tell() {
    const { new: added, duplicate, restored, archive, refused, orphan } = this.counts;
    const parts = [
      [added, "uploaded"],
      [duplicate, "there already"],
      [restored, "back from the trash"],
      [archive, archive === 1 ? "zip being opened" : "zips being opened"],
      [refused, "refused"],
      [orphan, "sidecars without an image"],
      [this.waiting.length + this.running, "to go"],
    ];
    const said = parts.filter(([count]) => count).map(([count, what]) => `${count.toLocaleString()} ${what}`);
    this.querySelector(".upload__summary").textContent = said.join(" · ");
    const done = this.querySelector(".upload__done");
    done.hidden = this.isBusy || !(added + duplicate + restored);
    const undo = done.querySelector("form");
    undo.hidden = !this.changeSet;
    undo.action = undo.dataset.action.replace("/0/", `/${this.changeSet}/`);
  }
}

customElements.define("upload-queue", UploadQueue);
