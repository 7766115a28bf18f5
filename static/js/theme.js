// Not a module: it must run before the first paint, or a page chosen dark would flash light.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // A browser that refuses storage follows the system.
}
