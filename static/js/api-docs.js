// Draws the description of the API. Who is logged in tries it with the session: the CSRF token goes along.
const main = document.getElementById("docs");

window.SwaggerUIBundle({
  url: main.dataset.description,
  domNode: main,
  deepLinking: true,
  requestInterceptor(request) {
    if (new URL(request.url, location.href).origin === location.origin) {
      request.headers["X-CSRFToken"] = main.dataset.csrf;
    }
    return request;
  },
});
