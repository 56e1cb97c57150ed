// Calls the API with the browser's session. Every text that comes back is shown as text, never as markup.

let csrf = null;

export function remember(token) {
  csrf = token;
}

/** Sends a request; answers the body, or throws the problem as an error with its sentence. */
export async function call(method, path, body) {
  const headers = { accept: "application/json, application/problem+json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (csrf && method !== "GET") headers["x-csrf-token"] = csrf;
  const response = await fetch("/api/v1/" + path, {
    method, headers, body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (response.ok) return text ? JSON.parse(text) : null;
  let detail = "The server answered " + response.status;
  try {
    detail = JSON.parse(text).detail || detail;
  } catch { /* something in between answered */ }
  throw Object.assign(new Error(detail), { status: response.status });
}

/** Makes an element with a class and a text. */
export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined && text !== null) element.textContent = text;
  return element;
}

export function showError(within, message) {
  const place = within.querySelector(".error");
  place.hidden = !message;
  place.textContent = message || "";
}

export function fields(form) {
  return Object.fromEntries(new FormData(form));
}
