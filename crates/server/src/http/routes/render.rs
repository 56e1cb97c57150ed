//! The exact configuration that a collector runs, or that entities make; credentials are redacted unless asked for.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use linkmesh_api::types::{FieldError, ProblemKind, RenderAnswer, RenderRequest, RenderedOrigin};
use linkmesh_control::ControlPlane;
use linkmesh_control::assign::class_key;
use linkmesh_control::mutate::Act;
use linkmesh_fleet::access::Permission;
use linkmesh_fleet::intent::Reach;
use linkmesh_fleet::secret::REDACTED;
use linkmesh_fleet::{ConfigHash, Entity, Id, Intent, Place, Runtime, Union};
use linkmesh_render::{RenderError, Rendered, Target, render as render_union};
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::{Body, id};
use crate::http::state::App;
use crate::http::translate;

const ENTITIES_MAX: usize = 1000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(render))
}

/// Render what a collector should run, or what entities would make.
#[utoipa::path(post, path = "/render", tag = "configuration", request_body = RenderRequest,
    responses((status = 200, body = RenderAnswer)))]
async fn render(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<RenderRequest>,
) -> Result<Json<RenderAnswer>, ApiError> {
    let clear = body.with_secrets;
    let asked = Asked::read(body)?;
    if !clear {
        return app
            .read(&caller, Permission::ConfigRead, move |plane| asked.answer(plane, false).map(Json))
            .await;
    }
    let object = asked.collector.as_ref().map_or("entities".to_owned(), |id| format!("collectors/{id}"));
    let act = Act::new(Permission::SecretsRead, "secrets.show", object)
        .after(json!({"in": "a rendered configuration"}));
    app.mutate(&caller, act, move |plane, _, _| asked.answer(plane, true).map(Json)).await
}

/// What shall be rendered.
struct Asked {
    collector: Option<Id>,
    runtime: Runtime,
    version: Option<String>,
    entities: BTreeMap<String, Value>,
}

impl Asked {
    fn read(body: RenderRequest) -> Result<Self, ApiError> {
        let collector = body.collector.as_deref().map(|text| id("collector", text)).transpose()?;
        match (&collector, &body.entities) {
            (Some(_), Some(_)) => {
                return Err(ApiError::field("entities", "give either a collector or entities"));
            }
            (None, None) => {
                return Err(ApiError::field("collector", "give a collector, or a runtime and entities"));
            }
            (None, Some(entities)) if entities.len() > ENTITIES_MAX => {
                return Err(ApiError::field("entities", format!("at most {ENTITIES_MAX} are rendered")));
            }
            _ => {}
        }
        Ok(Self {
            collector,
            runtime: body.runtime.map_or(Runtime::Otelcol, translate::runtime_of),
            version: body.version,
            entities: body.entities.unwrap_or_default(),
        })
    }

    fn answer(self, plane: &ControlPlane, clear: bool) -> Result<RenderAnswer, ApiError> {
        let (union, target) = match &self.collector {
            Some(id) => of_collector(plane, id)?,
            None => self.of_entities()?,
        };
        let open = |place: &Place, field: &str, sealed: &str| {
            plane.keys.open(place, field, sealed).map_err(|cause| cause.to_string())
        };
        let hide = |_: &Place, _: &str, _: &str| Ok(REDACTED.to_owned());
        // The hash is always of what would be delivered.
        let served = render_union(&union, &target, &open).map_err(refused)?;
        let shown = if clear {
            served.text.clone()
        } else {
            render_union(&union, &target, &hide).map_err(refused)?.text
        };
        Ok(answer(&served, shown))
    }

    /// Everything that is given applies, whichever scope it stands in.
    fn of_entities(&self) -> Result<(Union, Target), ApiError> {
        let mut intent = Intent::default();
        let mut faults = Vec::new();
        for (path, value) in &self.entities {
            let fault = |message: String| FieldError { path: path.chars().take(200).collect(), message };
            match path.parse::<Place>() {
                Err(cause) => faults.push(fault(cause.to_string())),
                Ok(place) => match Entity::from_value(&place, value.clone()) {
                    Ok(entity) => intent.put(&place, entity),
                    Err(problem) => faults.push(translate::fault(&problem)),
                },
            }
        }
        if let Some(first) = faults.first() {
            let detail = format!("{}: {}", first.path, first.message);
            return Err(ApiError::new(ProblemKind::Invalid, detail).with_errors(faults));
        }
        let faults = linkmesh_render::check(&intent);
        if !faults.is_empty() {
            return Err(ApiError::faults(&faults));
        }
        let scopes = intent.scopes.keys().cloned().collect();
        let reach = Reach { scopes, sends: Vec::new(), receives: Vec::new(), runtime: self.runtime };
        let union = intent.union(&reach).map_err(|faults| ApiError::faults(&faults))?;
        Ok((union, Target::new(self.runtime, self.version.as_deref(), false)))
    }
}

fn of_collector(plane: &ControlPlane, id: &Id) -> Result<(Union, Target), ApiError> {
    let view = super::collectors::find(plane, id)?;
    let unknown = || ApiError::conflict(format!("`{id}` is not registered yet; try again in a moment"));
    let intent = plane.head.in_force().intent;
    let registration = intent.collectors.get(id).ok_or_else(unknown)?;
    let target = class_key(&intent, id, registration, &view.reported).target();
    let union = plane.union_of(id).ok_or_else(unknown)?.map_err(|faults| ApiError::faults(&faults))?;
    Ok((union, target))
}

fn answer(served: &Rendered, text: String) -> RenderAnswer {
    let origin = |mapped: &linkmesh_render::Mapped| {
        let entity = translate::short_entity(&mapped.place.to_string());
        let key = format!("{}/{}", mapped.kind, mapped.component);
        (key, RenderedOrigin { entity, stage: mapped.stage.clone() })
    };
    RenderAnswer {
        text,
        hash: ConfigHash::of(served.text.as_bytes()).to_string(),
        map: served.map.iter().map(origin).collect(),
        warnings: served.warnings.iter().map(translate::warning).collect(),
    }
}

fn refused(error: RenderError) -> ApiError {
    match error {
        RenderError::Invalid(faults) => ApiError::faults(&faults),
        RenderError::TooOld { .. } => ApiError::conflict(error.to_string()),
    }
}
