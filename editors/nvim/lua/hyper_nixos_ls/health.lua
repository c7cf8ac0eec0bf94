-- `:checkhealth hyper_nixos_ls`.
local M = {}

local health = vim.health
local server = require('hyper_nixos_ls')

-- What several servers would answer side by side: name, and the method that says so.
local doubled = {
  { 'hover', 'textDocument/hover' },
  { 'definitions', 'textDocument/definition' },
  { 'completion', 'textDocument/completion' },
  { 'formatting', 'textDocument/formatting' },
  { 'semantic tokens', 'textDocument/semanticTokens/full' },
}

local function check_editor()
  if vim.fn.has('nvim-0.11') == 1 then
    health.ok('Neovim ' .. tostring(vim.version()))
  else
    health.error('Neovim is older than 0.11.', 'Install a newer one.')
  end
end

local function check_program()
  local config = vim.lsp.config[server.NAME]
  if not config then
    health.error(
      'lsp/hyper_nixos_ls.lua is not found.',
      'Put the plugin on the runtimepath, or copy the file to ~/.config/nvim/lsp/.'
    )
    return
  end
  local program = type(config.cmd) == 'table' and config.cmd[1]
  if not program then
    health.info('The server is started by a function of yours.')
  elseif vim.fn.executable(program) == 0 then
    health.error(('`%s` is not found.'):format(program), {
      'Install it, so that `hyper-nixos-ls --version` works in a terminal.',
      "Or name it: vim.lsp.config('hyper_nixos_ls', { cmd = { '/path/to/hyper-nixos-ls', 'serve' } })",
    })
  else
    local ran, answer = pcall(function()
      return vim.system({ program, '--version' }, { text = true, timeout = 5000 }):wait()
    end)
    if ran and answer.code == 0 then
      health.ok(('%s (%s)'):format(vim.trim(answer.stdout), vim.fn.exepath(program)))
    else
      health.error(
        ('`%s --version` failed.'):format(program),
        vim.trim(ran and answer.stderr or tostring(answer))
      )
    end
  end
  local is_enabled = vim.lsp.is_enabled
  if is_enabled and not is_enabled(server.NAME) then
    health.error('The server is not enabled.', "Call vim.lsp.enable('hyper_nixos_ls').")
  end
end

local function check_neighbours(client)
  local others = {}
  for buffer in pairs(client.attached_buffers) do
    for _, other in ipairs(vim.lsp.get_clients({ bufnr = buffer })) do
      if other.id ~= client.id then
        others[other.name] = other
      end
    end
  end
  for name, other in vim.spairs(others) do
    local both = vim
      .iter(doubled)
      :filter(function(feature)
        return client:supports_method(feature[2]) and other:supports_method(feature[2])
      end)
      :map(function(feature)
        return feature[1]
      end)
      :join(', ')
    if both == '' then
      health.ok(('%s runs beside it, and nothing is answered twice'):format(name))
    else
      health.info(('%s runs beside it; both answer: %s'):format(name, both))
    end
  end
end

local function check_client(client)
  health.ok(('running with the root %s'):format(client.root_dir or 'of each file'))
  local params = { command = 'hyper-nixos-ls.status', arguments = {} }
  local answer, failure = client:request_sync('workspace/executeCommand', params, 10000)
  if not answer or answer.err then
    health.error('It does not say what it knows.', failure or answer.err.message)
    return
  end
  for _, tree in ipairs(answer.result or {}) do
    local report = tree.options == 0 and health.warn or health.ok
    report(server.describe(tree))
    if tree.options == 0 then
      health.info('Does `namespaces` in hyper-nixos-ls.toml name what this tree declares?')
    end
  end
  check_neighbours(client)
end

--- Files that change outside of the editor: Linux allows each user so many watched folders.
local function check_watching()
  local limit = io.open('/proc/sys/fs/inotify/max_user_watches')
  if not limit then
    return
  end
  local folders = tonumber(limit:read('a'))
  limit:close()
  if folders and folders < 8192 then
    health.warn(
      ('Only %d files and folders can be watched for changes.'):format(folders),
      'Raise it: sysctl fs.inotify.max_user_watches=524288'
    )
  else
    health.ok(('up to %s files and folders can be watched for changes'):format(folders))
  end
end

function M.check()
  health.start('hyper-nixos-ls: program')
  check_editor()
  check_program()

  health.start('hyper-nixos-ls: server')
  local clients = vim.lsp.get_clients({ name = server.NAME })
  if #clients == 0 then
    health.warn('No server is running.', 'Open a Nix file and check again.')
    return
  end
  vim.iter(clients):each(check_client)
  check_watching()
end

return M
