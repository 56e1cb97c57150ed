import { make, showError } from "./api.js";

const METHODS = ["get", "put", "post", "patch", "delete"];

show().catch((problem) => showError(document, problem.message));

async function show() {
  const response = await fetch("/api/v1/openapi.json");
  const described = await response.json();
  document.getElementById("about").textContent = described.info.description;
  const tags = new Map();
  for (const [path, item] of Object.entries(described.paths)) {
    for (const method of METHODS.filter((method) => item[method])) {
      const operation = item[method];
      const tag = (operation.tags || ["other"])[0];
      if (!tags.has(tag)) tags.set(tag, []);
      tags.get(tag).push(call(described, path, method, operation));
    }
  }
  for (const [tag, calls] of tags) {
    const section = make("section", "card");
    section.append(make("h2", "", tag), ...calls);
    document.getElementById("calls").append(section);
  }
}

function call(described, path, method, operation) {
  const details = make("details");
  const summary = make("summary");
  summary.append(make("span", "method", method.toUpperCase()), make("code", "", path));
  summary.append(make("span", "muted", " " + (operation.summary || "")));
  details.append(summary);
  details.addEventListener("toggle", () => {
    if (details.childElementCount === 1) fill(details, described, path, method, operation);
  });
  return details;
}

function fill(details, described, path, method, operation) {
  if (operation.description) details.append(make("p", "", operation.description));
  const open = (operation.security || []).length === 0;
  details.append(make("p", "muted", open ? "Needs no credential." : "Needs a session or the token of a service account."));
  const parameters = operation.parameters || [];
  const inputs = new Map();
  if (parameters.length) {
    details.append(make("h3", "", "Parameters"));
    for (const parameter of parameters) {
      const label = make("label", "", parameter.name + " (" + parameter.in + ")");
      if (parameter.description) label.append(make("small", "", parameter.description));
      if (method === "get" && parameter.in !== "header") {
        const input = make("input");
        inputs.set(parameter, input);
        label.append(input);
      }
      details.append(label);
    }
  }
  const body = operation.requestBody && Object.values(operation.requestBody.content || {})[0];
  if (body) details.append(make("h3", "", "Body"), make("pre", "", shape(described, body.schema, 0)));
  for (const [status, answer] of Object.entries(operation.responses || {})) {
    details.append(make("h3", "", "Answer " + status + (answer.description ? ": " + answer.description : "")));
    const content = Object.values(answer.content || {})[0];
    if (content && content.schema) details.append(make("pre", "", shape(described, content.schema, 0)));
  }
  if (method === "get" && !path.endsWith("/events")) details.append(attempt(path, inputs));
}

function attempt(path, inputs) {
  const place = make("div");
  const button = make("button", "quiet", "Try it");
  const output = make("pre");
  output.hidden = true;
  button.addEventListener("click", async () => {
    let target = path;
    const query = new URLSearchParams();
    for (const [parameter, input] of inputs) {
      if (parameter.in === "path") target = target.replace("{" + parameter.name + "}", encodeURIComponent(input.value));
      else if (input.value) query.set(parameter.name, input.value);
    }
    const response = await fetch(target + (query.size ? "?" + query : ""));
    output.hidden = false;
    output.textContent = response.status + "\n" + (await response.text());
  });
  place.append(button, output);
  return place;
}

/** A schema as a sketch of the JSON that it means, as deep as is readable. */
function shape(described, schema, depth) {
  if (!schema) return "any";
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    return depth > 3 ? name : shape(described, described.components.schemas[name], depth);
  }
  const choice = schema.oneOf || schema.anyOf;
  if (choice) return choice.map((one) => shape(described, one, depth + 1)).join(" or ");
  if (schema.allOf) return schema.allOf.map((one) => shape(described, one, depth)).join(" with ");
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (schema.type === "array") return "[" + shape(described, schema.items, depth + 1) + "]";
  if (schema.properties) {
    const indent = "  ".repeat(depth + 1);
    const required = schema.required || [];
    const lines = Object.entries(schema.properties).map(([name, value]) =>
      indent + name + (required.includes(name) ? "" : "?") + ": " + shape(described, value, depth + 1)
        + (value.description ? "  // " + value.description.split("\n")[0] : ""));
    return "{\n" + lines.join("\n") + "\n" + "  ".repeat(depth) + "}";
  }
  const kind = Array.isArray(schema.type) ? schema.type.join(" | ") : schema.type;
  return (kind || "any") + (schema.format ? " (" + schema.format + ")" : "");
}
