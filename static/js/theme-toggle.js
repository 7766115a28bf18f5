// <theme-toggle> around a hidden button: light or dark against what the system says, remembered.
// Choosing what the system says anyway means following the system again.

const system = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

function remember(theme) {
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch {
    // Storage refused: the choice lasts as long as the page.
  }
}

class ThemeToggle extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.button.hidden = false;
    this.leave = new AbortController();
    const { signal } = this.leave;
    this.button.addEventListener("click", () => this.toggle(), { signal });
    system.addEventListener("change", () => this.show(), { signal });
    this.show();
  }

  disconnectedCallback() {
    this.leave.abort();
  }

  toggle() {
    const theme = isDark() ? "light" : "dark";
    const asSystem = (theme === "dark") === system.matches;
    if (asSystem) delete root.dataset.theme;
    else root.dataset.theme = theme;
    remember(asSystem ? "" : theme);
    this.show();
  }

  show() {
    this.button.setAttribute("aria-pressed", String(isDark()));
  }
}

customElements.define("theme-toggle", ThemeToggle);
