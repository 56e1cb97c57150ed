//! The OpenAPI document, made from the handlers themselves. What holds for every call (credentials, problems) is added here.
//! Start at [`openapi_json`].

use linkmesh_api::types::Problem;
use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::auth::PUBLIC;
use super::routes;
use super::state::App;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "LinkMesh",
        description = "Control plane for fleets of OpenTelemetry collectors. Errors are `application/problem+json` (RFC 9457). Lists take `limit` and `cursor`. Times are RFC 3339 in UTC.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(Problem))
)]
struct Document;

/// Every documented route, with the document that they make.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi()).nest("/api/v1", routes::all())
}

/// The document as JSON, indented, keys in a fixed order.
#[must_use]
pub fn openapi_json() -> String {
    let mut document = serde_json::to_value(routes().into_openapi()).unwrap_or_default();
    document["components"]["securitySchemes"] = json!({
        "bearer": {"type": "http", "scheme": "bearer", "description": "Token of a service account, lmsat_…"},
        "session": {"type": "apiKey", "in": "cookie", "name": super::auth::COOKIE,
            "description": "Browser session; changes carry its csrf_token in X-CSRF-Token."},
    });
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete(path, method, operation);
        }
    }
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn complete(path: &str, method: &str, operation: &mut Value) {
    let public = PUBLIC.iter().any(|(verb, public)| verb.eq_ignore_ascii_case(method) && *public == path);
    operation["security"] = if public { json!([]) } else { json!([{"bearer": []}, {"session": []}]) };
    // Handlers are called alike within their nouns; the id tells them apart.
    let tag = operation["tags"][0].as_str().unwrap_or("other").replace('-', "_");
    let name = operation["operationId"].as_str().unwrap_or_default().trim_end_matches('_');
    operation["operationId"] = Value::String(format!("{tag}_{name}"));
    let problem = json!({
        "description": "Why it was not done",
        "content": {Problem::CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    });
    if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
        responses.entry("default").or_insert(problem);
    }
}
