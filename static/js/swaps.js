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

// The history keeps markup, and what is typed is no markup.
document.addEventListener("htmx:beforeHistorySave", () => {
  for (const input of document.querySelectorAll("input[type=search], input[type=text], input:not([type])")) {
    input.setAttribute("value", input.value);
  }
});

// After logging out, Back must not show what the tab remembers.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-forget]")) sessionStorage.removeItem("htmx-history-cache");
});
