//! One file a rule, and one line here.

mod conflicting_definitions;
mod core_option_underused;
mod cross_module_dependency;
mod duplicate_attribute;
mod duplicate_import;
mod duplicate_option;
mod dynamic_let_attribute;
mod empty_inherit;
mod empty_let;
mod enable_not_opt_in;
mod existence_guard;
mod expensive_default;
mod hardcoded_value;
mod import_cycle;
mod infinite_recursion;
mod invalid_import;
mod invalid_interpolation;
mod invalid_option_argument;
mod legacy_let;
mod merge_with_rec;
mod misplaced_option;
mod missing_description;
mod missing_enable_guard;
mod missing_enable_option;
mod missing_import;
mod missing_path;
mod missing_type;
mod misused_module_function;
mod module_arguments;
mod monolithic_options;
mod nested_conditional;
mod open_firewall;
mod option_naming;
mod option_not_imported;
mod option_under_option;
mod or_without_select;
mod placeholder_secret;
mod possible_recursion;
mod prefer_mk_enable_option;
mod read_only_option;
mod redundant_rec;
mod renamed_option;
mod secret_in_store;
mod shell_interpolation;
mod shorthand_mix;
mod string_escape;
mod submodule_without_options;
mod syntax_error;
mod top_level_config_access;
mod top_level_with;
mod type_mismatch;
mod undeclared_option;
mod undefined_name;
mod undefined_option_value;
mod unguarded_config;
mod unknown_attribute;
mod unknown_nixos_option;
mod unknown_type;
mod unquoted_uri;
mod unreachable_module;
mod unused_argument;
mod unused_binding;
mod unused_option;
mod unused_suppression;
mod unused_with;

use crate::rule::Rule;

/// Every rule, in the order of the catalogue and of being asked.
pub(crate) use top_level_config_access::whole_lines;

/// Every rule, in the order of the catalogue.
pub(crate) static ALL: &[&Rule] = &[
    &infinite_recursion::RULE,
    &import_cycle::RULE,
    &possible_recursion::RULE,
    &top_level_config_access::RULE,
    &unguarded_config::RULE,
    &nested_conditional::RULE,
    &module_arguments::RULE,
    &shorthand_mix::RULE,
    &monolithic_options::RULE,
    &cross_module_dependency::RULE,
    &misplaced_option::RULE,
    &core_option_underused::RULE,
    &option_naming::RULE,
    &missing_enable_option::RULE,
    &enable_not_opt_in::RULE,
    &prefer_mk_enable_option::RULE,
    &missing_description::RULE,
    &missing_type::RULE,
    &hardcoded_value::RULE,
    &expensive_default::RULE,
    &unused_option::RULE,
    &undefined_option_value::RULE,
    &undeclared_option::RULE,
    &option_not_imported::RULE,
    &missing_import::RULE,
    &invalid_import::RULE,
    &missing_path::RULE,
    &unreachable_module::RULE,
    &duplicate_attribute::RULE,
    &duplicate_import::RULE,
    &duplicate_option::RULE,
    &renamed_option::RULE,
    &read_only_option::RULE,
    &unknown_nixos_option::RULE,
    &existence_guard::RULE,
    &type_mismatch::RULE,
    &conflicting_definitions::RULE,
    &invalid_option_argument::RULE,
    &unknown_type::RULE,
    &missing_enable_guard::RULE,
    &submodule_without_options::RULE,
    &option_under_option::RULE,
    &misused_module_function::RULE,
    &syntax_error::RULE,
    &undefined_name::RULE,
    &unknown_attribute::RULE,
    &invalid_interpolation::RULE,
    &or_without_select::RULE,
    &string_escape::RULE,
    &shell_interpolation::RULE,
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
    &merge_with_rec::RULE,
    &secret_in_store::RULE,
    &placeholder_secret::RULE,
    &open_firewall::RULE,
    // The last: it is about what the others have found.
    &unused_suppression::RULE,
];
