//! One file a rule, and one line here.

mod cross_module_dependency;
mod duplicate_attribute;
mod hardcoded_value;
mod import_cycle;
mod infinite_recursion;
mod monolithic_options;
mod shorthand_mix;
mod submodule_without_options;
mod syntax_error;
mod top_level_config_access;
mod undeclared_option;
mod unguarded_config;

use crate::rule::Rule;

/// Every rule, in the order of the catalogue.
pub(crate) static ALL: &[&Rule] = &[
    &infinite_recursion::RULE,
    &import_cycle::RULE,
    &top_level_config_access::RULE,
    &unguarded_config::RULE,
    &shorthand_mix::RULE,
    &monolithic_options::RULE,
    &cross_module_dependency::RULE,
    &hardcoded_value::RULE,
    &undeclared_option::RULE,
    &duplicate_attribute::RULE,
    &submodule_without_options::RULE,
    &syntax_error::RULE,
];
