-- `:checkhealth hyper_nixos_ls`, alone and beside another server.
local editor = require('editor')

local dashboard = editor.serve('modules/web/dashboard.nix')

local function report()
  vim.cmd('silent checkhealth hyper_nixos_ls')
  local text = editor.text(0)
  vim.cmd.bwipeout()
  vim.cmd.buffer(dashboard)
  return text
end

local text = report()
editor.check(text:find('hyper-nixos-ls 0.', 1, true), 'it tells the version', text)
editor.check(text:find('running with the root', 1, true), 'the root', text)
editor.check(text:find(' options in ', 1, true), 'what is known', text)
editor.check(not text:find('ERROR', 1, true), 'and no errors', text)

-- A neighbour that answers hovers as well.
vim.lsp.start({
  name = 'neighbour',
  cmd = function()
    local closing = false
    local answers = {
      initialize = { capabilities = { hoverProvider = true } },
    }
    return {
      request = function(method, _, callback)
        callback(nil, answers[method])
        return true, 1
      end,
      notify = function(method)
        closing = closing or method == 'exit'
        return true
      end,
      is_closing = function()
        return closing
      end,
      terminate = function()
        closing = true
      end,
    }
  end,
}, { bufnr = dashboard })
editor.wait_for('another server runs beside it', function()
  local other = vim.lsp.get_clients({ name = 'neighbour', bufnr = dashboard })[1]
  return other and other.initialized
end)
text = report()
editor.check(text:find('neighbour runs beside it; both answer: hover\n', 1, true), 'it is named', text)
vim.lsp.get_clients({ name = 'neighbour' })[1]:stop(true)

local cmd = vim.lsp.config.hyper_nixos_ls.cmd
vim.lsp.config('hyper_nixos_ls', { cmd = { 'no-such-program', 'serve' } })
text = report()
editor.check(text:find('`no-such-program` is not found', 1, true), 'a missing program is named', text)
vim.lsp.config('hyper_nixos_ls', { cmd = cmd })
