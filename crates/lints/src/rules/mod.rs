//! One file a rule, and one line here.

mod cross_module_dependency;
mod duplicate_attribute;
mod duplicate_import;
mod dynamic_let_attribute;
mod empty_inherit;
mod empty_let;
mod hardcoded_value;
mod infinite_recursion;
mod legacy_let;
mod missing_import;
mod missing_path;
mod monolithic_options;
mod or_without_select;
mod redundant_rec;
mod syntax_error;
mod top_level_config_access;
mod top_level_with;
mod undeclared_option;
mod undefined_name;
mod unguarded_config;
mod unknown_attribute;
mod unquoted_uri;
mod unreachable_module;
mod unused_argument;
mod unused_binding;
mod unused_with;

use crate::rule::Rule;

/// Every rule, in the order of the catalogue.
pub(crate) static ALL: &[&Rule] = &[
    &infinite_recursion::RULE,
    &top_level_config_access::RULE,
    &unguarded_config::RULE,
    &monolithic_options::RULE,
    &cross_module_dependency::RULE,
    &hardcoded_value::RULE,
    &undeclared_option::RULE,
    &missing_import::RULE,
    &missing_path::RULE,
    &unreachable_module::RULE,
    &duplicate_attribute::RULE,
    &duplicate_import::RULE,
    &syntax_error::RULE,
    &undefined_name::RULE,
    &unknown_attribute::RULE,
    &or_without_select::RULE,
    &unused_binding::RULE,
    &unused_argument::RULE,
    &top_level_with::RULE,
    &empty_let::RULE,
    &empty_inherit::RULE,
    &legacy_let::RULE,
    &unquoted_uri::RULE,
    &redundant_rec::RULE,
    &unused_with::RULE,
    &dynamic_let_attribute::RULE,
];
