// hx-swap="morph" makes the page like the server's answer. What our elements have added to the page
// since is in no answer and must stay: a field's combobox, a panel's being a sheet, an open menu.
// ("morph", "morph:innerHTML" and "morph:outerHTML" work; "morph:{…}" would need eval.)

const COMBOBOX = new Set([
  "role",
  "aria-activedescendant",
  "aria-autocomplete",
  "aria-controls",
  "aria-expanded",
  "aria-haspopup",
]);

const isOurs = (name, element) =>
  (element.matches("auto-complete > input") && COMBOBOX.has(name)) ||
  (element.matches("side-sheet") && name === "popover") ||
  (element.matches("[popovertarget]") && name === "hidden") ||
  (element.matches("details.menu, dialog") && name === "open");

Object.assign(window.Idiomorph.defaults.callbacks, {
  beforeNodeRemoved: (node) => !(node instanceof Element && node.matches("auto-complete > .listbox")),
  beforeAttributeUpdated: (name, element) => !isOurs(name, element),
});
