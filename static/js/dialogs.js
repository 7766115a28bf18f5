// data-dialog="#id" on a button opens that <dialog>; a click on the backdrop closes it. A dialog that
// htmx brings with data-open opens at once and goes when it is closed.

function open(dialog) {
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.querySelector(opener.dataset.dialog);
    if (dialog) open(dialog);
    return;
  }
  // A click inside hits a child; only the backdrop (and the border) is the dialog itself.
  if (event.target.matches("dialog[open].dialog") && isOutside(event)) event.target.close();
});

function isOutside({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

document.addEventListener("htmx:load", (event) => {
  const arrived = event.detail.elt;
  const inside = arrived.querySelectorAll?.("dialog[data-open]") ?? [];
  for (const dialog of [arrived, ...inside]) {
    if (!dialog.matches?.("dialog[data-open]")) continue;
    dialog.addEventListener("close", () => dialog.remove(), { once: true });
    open(dialog);
  }
});

document.addEventListener("htmx:beforeHistorySave", () => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
});
