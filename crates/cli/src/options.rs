//! `options`: every option that the tree declares, for programs and as pages to read.

mod entry;
mod html;
mod json;
mod markdown;
mod nixos;
mod page;

use crate::args::{OptionsArgs, OptionsFormat};
use crate::engine::{Engine, Outside};
use crate::output;
use index::Listed;
use module::OptionPath;
use std::io::Write;
use std::process::ExitCode;
use workspace::Layer;

pub fn run(args: &OptionsArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let progress = output::progress();
    let engine = Engine::start(
        &args.tree,
        args.path.as_slice(),
        Layer::default(),
        Outside::Unasked,
        &progress,
    )?;
    drop(progress);
    for note in &engine.notes {
        output::complain(&format!("note: {note}\n"));
    }
    let namespaces = &engine.settings.lints.namespaces;
    let namespaces: Vec<OptionPath> =
        namespaces.iter().map(|name| OptionPath::parse(name)).collect();
    let is_wanted = |listed: &Listed<'_>| {
        let is_own = |namespace: &OptionPath| listed.path.starts_with(namespace);
        (args.all || namespaces.iter().any(is_own))
            && engine.asked.covers(listed.declaration.at.file)
    };
    let snapshot = engine.snapshot();
    let listing = snapshot.listing();
    let wanted = listing.iter().filter(|listed| is_wanted(listed));
    let entries = entry::entries(wanted, engine.root, &snapshot);
    match args.format {
        OptionsFormat::Json => json::write(&entries, out)?,
        OptionsFormat::Markdown => markdown::write(&page::options(&entries), out)?,
        OptionsFormat::Html => html::write(&page::options(&entries), out)?,
        OptionsFormat::NixosOptionsJson => nixos::write(&page::options(&entries), out)?,
    }
    Ok(ExitCode::SUCCESS)
}
