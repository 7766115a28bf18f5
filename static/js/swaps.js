// What every htmx swap has in common: a refusal is said in a toast, and what was typed survives the
// page's way into the history and back.

const say = (message) =>
  document.dispatchEvent(new CustomEvent("toast", { detail: { message, level: "error" } }));

const words = () => document.querySelector("toast-stack").dataset;

// The error pages mark their one sentence with data-reason; a plain text answer is the sentence.
function reasonIn(request) {
  const type = request.getResponseHeader("Content-Type") ?? "";
  if (type.startsWith("text/plain")) return request.responseText.trim().slice(0, 300);
  if (!type.startsWith("text/html")) return "";
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  return page.querySelector("[data-reason]")?.textContent.trim() ?? "";
}

document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  // The server has its own sentence for this one.
  if ((xhr.getResponseHeader("HX-Trigger") ?? "").includes('"toast"')) return;
  say(reasonIn(xhr) || words().refused);
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => say(words().offline));
}

// The history keeps markup. What is typed is none yet; a style attribute would be refused by the
// content security policy when the markup comes back, so it is taken off while htmx copies the page
// (which it does before the microtask runs).
document.addEventListener("htmx:beforeHistorySave", () => {
  for (const input of document.querySelectorAll("input[type=search], input[type=text], input:not([type])")) {
    input.setAttribute("value", input.value);
  }
  const styled = [...document.body.querySelectorAll("[style]")].map((each) => [each, each.style.cssText]);
  for (const [element] of styled) element.removeAttribute("style");
  queueMicrotask(() => {
    for (const [element, css] of styled) element.style.cssText = css;
  });
});

// After logging out, Back must not show what the tab remembers.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-forget]")) sessionStorage.removeItem("htmx-history-cache");
});
