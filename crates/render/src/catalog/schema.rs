//! JSON Schema applied to settings: faults with field paths, defaults, and a walk that finds the OTTL in them.
//! Knows no particular type. Start at [`Schema`].

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use linkmesh_fleet::secret::Secret;
use linkmesh_fleet::yaml::nearest;
use serde_json::{Map, Value};

use crate::ottl::Form;

/// A compiled schema.
#[derive(Debug)]
pub(crate) struct Schema {
    source: Value,
    validator: Validator,
}

/// A fault in a value: where, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Below the value's root, such as `.drop.logs[0]`; empty for the root.
    pub(crate) field: String,
    /// A sentence.
    pub(crate) message: String,
}

impl Schema {
    pub(crate) fn new(source: &Value) -> Result<Self, String> {
        let validator = jsonschema::draft202012::new(source).map_err(|cause| format!("schema: {cause}"))?;
        Ok(Self { source: source.clone(), validator })
    }

    /// Everything that is wrong with a value. A reference to the host's environment fits wherever a scalar does.
    pub(crate) fn faults(&self, value: &Value) -> Vec<Fault> {
        let is_reference = |value: &Value| value.as_str().is_some_and(Secret::is_env_reference);
        self.validator
            .iter_errors(value)
            .filter(|error| !is_reference(error.instance()))
            .flat_map(|error| {
                let at = field(error.instance_path().as_str());
                match error.kind() {
                    ValidationErrorKind::AdditionalProperties { unexpected } => {
                        let keys = self.known_keys(error.schema_path().as_str());
                        unexpected.iter().map(|key| unknown_key(&at, key, &keys)).collect()
                    }
                    ValidationErrorKind::Required { property } => {
                        let key = property.as_str().unwrap_or_default();
                        vec![Fault { field: at, message: format!("`{key}` is required") }]
                    }
                    ValidationErrorKind::FalseSchema => {
                        let message = "does not go together with the other fields here".to_owned();
                        vec![Fault { field: at, message }]
                    }
                    ValidationErrorKind::OneOfNotValid { .. }
                    | ValidationErrorKind::OneOfMultipleValid { .. }
                    | ValidationErrorKind::AnyOf { .. }
                    | ValidationErrorKind::Not { .. } => {
                        vec![Fault { field: at, message: self.forms_of(error.schema_path().as_str()) }]
                    }
                    _ => vec![Fault { field: at, message: shortened(&error.to_string()) }],
                }
            })
            .collect()
    }

    /// Every text in the value that the schema marks as OTTL (`x-ottl: condition | statement | path`).
    pub(crate) fn each_ottl(&self, value: &mut Value, visit: &mut dyn FnMut(&str, Form, &mut String)) {
        self.each_text(value, &mut |at, form, text| {
            if let Some(form) = form {
                visit(at, form, text);
            }
        });
    }

    /// Every text in the value, with its form where the schema marks it as OTTL.
    pub(crate) fn each_text(
        &self,
        value: &mut Value,
        visit: &mut dyn FnMut(&str, Option<Form>, &mut String),
    ) {
        walk(&self.source, Some(&self.source), value, "", visit);
    }

    /// Every scalar text in the value may be replaced by a value of another type.
    pub(crate) fn each_scalar(
        &self,
        value: &mut Value,
        visit: &mut dyn FnMut(&str, Option<Form>, &mut Value),
    ) {
        walk_scalars(&self.source, Some(&self.source), value, "", visit);
    }

    /// The keys of the object whose `additionalProperties` said no.
    fn known_keys(&self, schema_path: &str) -> Vec<String> {
        let object = schema_path.rsplit_once('/').map_or("", |(object, _)| object);
        let object = resolve(&self.source, self.source.pointer(object));
        let properties = object.and_then(|object| object.get("properties")).and_then(Value::as_object);
        properties.into_iter().flat_map(Map::keys).cloned().collect()
    }

    /// What a value with several allowed forms should look like, in the schema's own words.
    fn forms_of(&self, schema_path: &str) -> String {
        let node = schema_path.rsplit_once('/').and_then(|(node, _)| self.source.pointer(node));
        let words = node.and_then(|node| node.get("description")).and_then(Value::as_str);
        words.map_or_else(
            || "has none of the allowed forms".to_owned(),
            |words| format!("has none of the allowed forms: {words}"),
        )
    }
}

/// Puts in the defaults of a schema where a value leaves them out.
pub(crate) fn fill_defaults(schema: &Value, settings: &mut Map<String, Value>) {
    fill(schema, schema, settings);
}

fn fill(root: &Value, schema: &Value, settings: &mut Map<String, Value>) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    for (key, property) in properties {
        let Some(property) = resolve(root, Some(property)) else { continue };
        if let Some(default) = property.get("default") {
            settings.entry(key).or_insert_with(|| default.clone());
        }
        if let Some(Value::Object(inner)) = settings.get_mut(key) {
            fill(root, property, inner);
        }
    }
}

type VisitText<'a> = &'a mut dyn FnMut(&str, Option<Form>, &mut String);
type VisitScalar<'a> = &'a mut dyn FnMut(&str, Option<Form>, &mut Value);

fn walk(root: &Value, schema: Option<&Value>, value: &mut Value, at: &str, visit: VisitText<'_>) {
    walk_scalars(root, schema, value, at, &mut |at, form, value| {
        if let Value::String(text) = value {
            visit(at, form, text);
        }
    });
}

fn walk_scalars(root: &Value, schema: Option<&Value>, value: &mut Value, at: &str, visit: VisitScalar<'_>) {
    let schema = resolve(root, schema);
    match value {
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                let property = schema.and_then(|schema| schema.get("properties")).and_then(|p| p.get(key));
                let property = property.or_else(|| schema.and_then(|s| s.get("additionalProperties")));
                walk_scalars(root, property, inner, &format!("{at}.{key}"), visit);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter_mut().enumerate() {
                let item = schema.and_then(|schema| schema.get("items"));
                walk_scalars(root, item, inner, &format!("{at}[{index}]"), visit);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            let mark = schema.and_then(|schema| schema.get("x-ottl")).and_then(Value::as_str);
            visit(at, mark.and_then(Form::of), value);
        }
    }
}

/// Follows `$ref` into `$defs` of the same schema, and no circle.
fn resolve<'a>(root: &'a Value, schema: Option<&'a Value>) -> Option<&'a Value> {
    let mut schema = schema?;
    for _ in 0..8 {
        match schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#')) {
            Some(pointer) => schema = root.pointer(pointer)?,
            None => return Some(schema),
        }
    }
    None
}

fn unknown_key(at: &str, key: &str, known: &[String]) -> Fault {
    let shown: String = key.chars().take(60).collect();
    let hint = match nearest(key, known.iter().map(String::as_str)) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if known.is_empty() => String::new(),
        None => format!("; known are {}", known.join(", ")),
    };
    Fault { field: format!("{at}.{shown}"), message: format!("unknown key `{shown}`{hint}") }
}

/// A JSON pointer as people write fields: `/drop/logs/0` → `.drop.logs[0]`.
fn field(pointer: &str) -> String {
    let mut field = String::new();
    for part in pointer.split('/').skip(1) {
        if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
            field.push_str(&format!("[{part}]"));
        } else {
            field.push('.');
            field.push_str(&part.replace("~1", "/").replace("~0", "~"));
        }
    }
    field
}

fn shortened(message: &str) -> String {
    let short: String = message.chars().take(300).collect();
    if short.len() < message.len() { format!("{short}…") } else { short }
}
