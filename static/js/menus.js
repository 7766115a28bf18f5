// <details class="menu">: open by itself without script; with it, at most one is open, and Escape, a
// click elsewhere or leaving it by Tab closes it.

const open = () => document.querySelectorAll("details.menu[open]");

function closeAllBut(kept) {
  for (const menu of open()) if (!kept || !menu.contains(kept)) menu.open = false;
}

document.addEventListener("click", (event) => closeAllBut(event.target));

document.addEventListener("focusin", (event) => closeAllBut(event.target));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
    event.preventDefault();
  }
});

document.addEventListener("htmx:beforeHistorySave", () => closeAllBut(null));
