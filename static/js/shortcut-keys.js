// data-shortcut="x" (several parted by spaces: "j ArrowRight") on anything: the key focuses a field
// and clicks a button or link. Keys are left alone while one types, with Ctrl/Alt/Meta, and behind a dialog.

const TYPED_IN = "input:not([type=checkbox], [type=radio], [type=range], [type=button], [type=submit]), textarea, select, [contenteditable]";

const reachable = (element) =>
  !element.disabled && !element.closest("[hidden], [inert]") && isHere(element);

// An open dialog makes all outside it unreachable for the mouse: for keys, too.
function isHere(element) {
  const dialog = document.querySelector("dialog:modal");
  return !dialog || dialog.contains(element);
}

function find(key) {
  const wanted = [...document.querySelectorAll("[data-shortcut]")];
  return wanted.find((each) => each.dataset.shortcut.split(" ").includes(key) && reachable(each));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest?.(TYPED_IN)) return;
  const target = find(event.key);
  if (!target) return;
  event.preventDefault();
  if (!target.matches(TYPED_IN)) {
    target.click();
    return;
  }
  target.focus();
  target.select?.();
});
