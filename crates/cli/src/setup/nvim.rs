//! Neovim: the server's own file, and one that turns it on. Both are read whether the user's own
//! configuration is `init.lua` or `init.vim`.

use super::own_file::OwnFile;
use super::part::Part;
use super::places::Places;

const SERVER: &str = include_str!("../../../../editors/nvim/lsp/hyper_nixos_ls.lua");
const ENABLE: &str = "\
if vim.lsp.enable then
  vim.lsp.enable('hyper_nixos_ls')
else
  vim.notify_once('hyper-nixos-ls needs Neovim 0.11 or newer', vim.log.levels.WARN)
end
";

pub fn parts(places: &Places) -> Vec<Box<dyn Part>> {
    let own = |file: &str, text| -> Box<dyn Part> {
        Box::new(OwnFile { file: places.nvim().join(file), comment: "--", text })
    };
    vec![own("lsp/hyper_nixos_ls.lua", SERVER), own("plugin/hyper_nixos_ls.lua", ENABLE)]
}
