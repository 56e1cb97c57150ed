//! Any entity, for the places that treat all kinds alike: reading, writing, listing, sealing.
//! A new kind of entity is added to [`Kind`] and here; the compiler names the rest.

use serde::Serialize;
use serde_json::Value;

use crate::destination::Destination;
use crate::group::Group;
use crate::link::Link;
use crate::pipeline::Pipeline;
use crate::place::{Kind, Place};
use crate::problem::Problem;
use crate::registration::{Registration, check_labels};
use crate::route::Route;
use crate::secret::Secret;
use crate::source::Source;
use crate::yaml;

/// One entity of any kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Entity {
    /// A source.
    Source(Source),
    /// A route.
    Route(Route),
    /// A destination.
    Destination(Destination),
    /// A pipeline.
    Pipeline(Pipeline),
    /// A group.
    Group(Group),
    /// A link.
    Link(Link),
    /// A collector's registration.
    Registration(Registration),
}

impl Entity {
    /// Reads the YAML text of the file at this place.
    ///
    /// # Errors
    /// The first fault, with its field.
    pub fn read(place: &Place, text: &str) -> Result<Self, Problem> {
        let path = place.to_string();
        let value = yaml::value(text)
            .map_err(|cause| Problem::new(&path, "", format!("not readable as YAML: {cause}")))?;
        Self::of_value(place, value)
    }

    /// Reads the same as it comes over the API: a plain value, or the YAML text as a string.
    ///
    /// # Errors
    /// The first fault, with its field.
    pub fn from_value(place: &Place, value: Value) -> Result<Self, Problem> {
        match value {
            Value::String(text) => Self::read(place, &text),
            value => Self::of_value(place, value),
        }
    }

    fn of_value(place: &Place, value: Value) -> Result<Self, Problem> {
        let path = place.to_string();
        let entity = match place.kind {
            Kind::Source => Self::Source(yaml::from_value(&path, value)?),
            Kind::Route => Self::Route(yaml::from_value(&path, value)?),
            Kind::Destination => Self::Destination(yaml::from_value(&path, value)?),
            Kind::Pipeline => Self::Pipeline(yaml::from_value(&path, value)?),
            Kind::Group => Self::Group(yaml::from_value(&path, value)?),
            Kind::Link => Self::Link(yaml::from_value(&path, value)?),
            Kind::Registration => {
                let registration: Registration = yaml::from_value(&path, value)?;
                check_labels(&registration.labels).map_err(|why| Problem::new(&path, "labels", why))?;
                Self::Registration(registration)
            }
        };
        Ok(entity)
    }

    /// Canonical YAML text of the file.
    ///
    /// # Errors
    /// Only for values that YAML cannot hold, which reading never produces.
    pub fn write(&self) -> Result<String, yaml::BadYaml> {
        yaml::write(self)
    }

    /// Every credential with its field, such as `credentials.password`.
    pub fn secrets(&self) -> Vec<(String, &Secret)> {
        let named = |prefix: String, map: &'_ crate::secret::Credentials| -> Vec<String> {
            map.keys().map(|key| format!("{prefix}.{key}")).collect()
        };
        match self {
            Self::Source(source) => named("credentials".to_owned(), &source.credentials)
                .into_iter()
                .zip(source.credentials.values())
                .collect(),
            Self::Destination(destination) => named("credentials".to_owned(), &destination.credentials)
                .into_iter()
                .zip(destination.credentials.values())
                .collect(),
            Self::Link(link) => {
                named("auth".to_owned(), &link.auth).into_iter().zip(link.auth.values()).collect()
            }
            Self::Pipeline(pipeline) => pipeline
                .steps
                .iter()
                .flat_map(|step| {
                    named(format!("steps.{}.credentials", step.id), &step.credentials)
                        .into_iter()
                        .zip(step.credentials.values())
                })
                .collect(),
            Self::Route(_) | Self::Group(_) | Self::Registration(_) => Vec::new(),
        }
    }

    /// The same, to be replaced. Fields as in [`Entity::secrets`].
    pub fn secrets_mut(&mut self) -> Vec<(String, &mut Secret)> {
        fn of<'a>(prefix: &str, map: &'a mut crate::secret::Credentials) -> Vec<(String, &'a mut Secret)> {
            map.iter_mut().map(|(key, secret)| (format!("{prefix}.{key}"), secret)).collect()
        }
        match self {
            Self::Source(source) => of("credentials", &mut source.credentials),
            Self::Destination(destination) => of("credentials", &mut destination.credentials),
            Self::Link(link) => of("auth", &mut link.auth),
            Self::Pipeline(pipeline) => pipeline
                .steps
                .iter_mut()
                .flat_map(|step| of(&format!("steps.{}.credentials", step.id), &mut step.credentials))
                .collect(),
            Self::Route(_) | Self::Group(_) | Self::Registration(_) => Vec::new(),
        }
    }

    /// Where the value of a credential's field stands in the entity's YAML text: steps are counted there, not named.
    #[must_use]
    pub fn written_at(&self, field: &str) -> String {
        let Self::Pipeline(pipeline) = self else { return field.to_owned() };
        let numbered = pipeline.steps.iter().enumerate().find_map(|(number, step)| {
            let rest = field.strip_prefix("steps.")?.strip_prefix(step.id.as_str())?.strip_prefix('.')?;
            Some(format!("steps.{number}.{rest}"))
        });
        numbered.unwrap_or_else(|| field.to_owned())
    }

    /// What people call it, where they named it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Source(e) => e.name.as_deref(),
            Self::Route(e) => e.name.as_deref(),
            Self::Destination(e) => e.name.as_deref(),
            Self::Pipeline(e) => e.name.as_deref(),
            Self::Group(e) => e.name.as_deref(),
            Self::Link(e) => e.name.as_deref(),
            Self::Registration(e) => Some(&e.name),
        }
    }

    /// The catalog type, for the kinds that have one.
    #[must_use]
    pub fn type_(&self) -> Option<&str> {
        match self {
            Self::Source(e) => Some(&e.type_),
            Self::Destination(e) => Some(&e.type_),
            Self::Route(_) | Self::Pipeline(_) | Self::Group(_) | Self::Link(_) | Self::Registration(_) => {
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str) -> Place {
        path.parse().unwrap()
    }

    #[test]
    fn an_unknown_key_names_the_nearest_known_one() {
        let problem =
            Entity::read(&place("fleet/routes/a.yaml"), "sources: [x]\ndestination: [y]").unwrap_err();
        assert_eq!(problem.path, "fleet/routes/a.yaml");
        assert!(problem.message.contains("did you mean `destinations`?"), "{problem}");
    }

    #[test]
    fn a_wrong_type_names_its_field() {
        let text = "signals: [logs]\nsteps:\n- {id: a, type: filter}\n- {id: b, type: 3}";
        let problem = Entity::read(&place("pipelines/p.yaml"), text).unwrap_err();
        assert_eq!(problem.field, "steps[1].type");
    }

    #[test]
    fn a_hand_written_file_has_one_canonical_form() {
        let at = place("fleet/destinations/d.yaml");
        let text = "queue: {items: 7}\nendpoint: 'https://x'\ntype: otlp-http\ncredentials: {b: \"${env:B}\", a: {$sealed: 'v1:x'}}";
        let read = Entity::read(&at, text).unwrap();
        let canonical = read.write().unwrap();
        assert_eq!(Entity::read(&at, &canonical).unwrap(), read);
        assert_eq!(Entity::read(&at, &canonical).unwrap().write().unwrap(), canonical);
        assert!(canonical.starts_with("type: otlp-http\nendpoint: https://x\n"), "{canonical}");
        let fields: Vec<String> = read.secrets().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["credentials.a", "credentials.b"]);
    }
}
