-- The command `:HyperNixos`. The server itself is enabled by the user: `vim.lsp.enable('hyper_nixos_ls')`.
if vim.g.loaded_hyper_nixos_ls then
  return
end
vim.g.loaded_hyper_nixos_ls = true

vim.api.nvim_create_user_command('HyperNixos', function(call)
  require('hyper_nixos_ls').run(call.fargs)
end, {
  nargs = '+',
  desc = 'Options, graphs and commands of hyper-nixos-ls',
  complete = function(written, line)
    return require('hyper_nixos_ls').complete(written, line)
  end,
})
