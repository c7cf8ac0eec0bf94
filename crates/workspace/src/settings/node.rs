//! Settings as data, from TOML or JSON, each value with its place in the text.

use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub data: Data,
    /// Bytes of the file; `None` in an editor's settings.
    pub at: Option<Range<usize>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Data {
    /// Editors send it for what nobody has set.
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
    /// What TOML knows and settings have no use for: dates, and numbers beyond 64 bits.
    Other,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub key: String,
    pub key_at: Option<Range<usize>>,
    pub value: Node,
}

impl Node {
    pub fn from_toml(table: &Spanned<DeTable<'_>>) -> Node {
        Node { data: toml_table(table.get_ref()), at: Some(table.span()) }
    }

    pub fn from_json(value: &serde_json::Value) -> Node {
        use serde_json::Value;
        let data = match value {
            Value::Null => Data::Null,
            Value::Bool(value) => Data::Bool(*value),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(int), _) => Data::Int(int),
                (None, Some(float)) => Data::Float(float),
                (None, None) => Data::Other,
            },
            Value::String(text) => Data::Text(text.clone()),
            Value::Array(items) => Data::List(items.iter().map(Node::from_json).collect()),
            Value::Object(entries) => {
                let entry = |(key, value): (&String, &Value)| Entry {
                    key: key.clone(),
                    key_at: None,
                    value: Node::from_json(value),
                };
                Data::Table(entries.iter().map(entry).collect())
            }
        };
        Node { data, at: None }
    }

    /// `None` where JSON has no such value.
    pub fn to_json(&self) -> Option<serde_json::Value> {
        use serde_json::Value;
        Some(match &self.data {
            Data::Null => Value::Null,
            Data::Bool(value) => Value::Bool(*value),
            Data::Int(value) => Value::from(*value),
            Data::Float(value) => Value::Number(serde_json::Number::from_f64(*value)?),
            Data::Text(text) => Value::String(text.clone()),
            Data::List(items) => items.iter().map(Node::to_json).collect::<Option<Value>>()?,
            Data::Table(entries) => {
                let pair = |entry: &Entry| Some((entry.key.clone(), entry.value.to_json()?));
                Value::Object(entries.iter().map(pair).collect::<Option<_>>()?)
            }
            Data::Other => return None,
        })
    }

    /// What the value is, for "…, not a number".
    pub fn describe(&self) -> &'static str {
        match self.data {
            Data::Null => "nothing",
            Data::Bool(_) => "true or false",
            Data::Int(_) | Data::Float(_) => "a number",
            Data::Text(_) => "a string",
            Data::List(_) => "a list",
            Data::Table(_) => "a table",
            Data::Other => "a date or a number of that size",
        }
    }
}

fn toml_value(value: &Spanned<DeValue<'_>>) -> Node {
    let data = match value.get_ref() {
        DeValue::Boolean(value) => Data::Bool(*value),
        DeValue::Integer(int) => {
            i64::from_str_radix(int.as_str(), int.radix()).map_or(Data::Other, Data::Int)
        }
        DeValue::Float(float) => float.as_str().parse().map_or(Data::Other, Data::Float),
        DeValue::String(text) => Data::Text(text.to_string()),
        DeValue::Array(items) => Data::List(items.iter().map(toml_value).collect()),
        DeValue::Table(table) => toml_table(table),
        DeValue::Datetime(_) => Data::Other,
    };
    Node { data, at: Some(value.span()) }
}

fn toml_table(table: &DeTable<'_>) -> Data {
    let entry = |(key, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)| Entry {
        key: key.get_ref().to_string(),
        key_at: Some(key.span()),
        value: toml_value(value),
    };
    let mut entries: Vec<Entry> = table.iter().map(entry).collect();
    // As written: problems are told in the order in which a reader meets them.
    entries.sort_by_key(|entry| entry.key_at.as_ref().map(|at| at.start));
    Data::Table(entries)
}
