import { call, fields, showError } from "./api.js";

const form = document.getElementById("setup");
form.elements.setup_token.value = new URLSearchParams(location.search).get("token") || "";
// The token is good once and has no business in the browser's history.
history.replaceState(null, "", "/setup");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  showError(form, "");
  try {
    await call("POST", "setup", fields(form));
    location.assign("/");
  } catch (problem) {
    showError(form, problem.message);
  }
});
