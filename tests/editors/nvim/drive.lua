-- What a user of Neovim sees: `nvim --headless -l drive.lua WORKSPACE`, started by `run`.
-- Environment: HYPER_NIXOS_LS (the server's program), EDITOR_SETTINGS (the folder with lsp/*.lua).

local workspace = assert(vim.uv.fs_realpath(arg[1]))
local patience = 15000 -- milliseconds that any single answer may take

local passed = 0

local function say(...)
  io.stdout:write(table.concat({ ... }, ' '), '\n')
end

local function fail(what)
  say('FAILED', what)
  local log = io.open(vim.lsp.log.get_filename())
  if log then
    say('what the editor and the server logged:')
    say(log:read('a'))
  end
  say(('%d passed, 1 failed'):format(passed))
  os.exit(1)
end

local function check(ok, what, seen)
  if not ok then
    fail(seen == nil and what or what .. '; instead: ' .. vim.inspect(seen))
  end
  passed = passed + 1
  say('ok    ', what)
end

local function wait_for(what, condition)
  local value
  check(vim.wait(patience, function()
    value = condition()
    return value and true or false
  end, 20), what)
  return value
end

local function open(file)
  vim.cmd.edit(vim.fn.fnameescape(workspace .. '/' .. file))
  return vim.api.nvim_get_current_buf()
end

local function lines(buffer)
  return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
end

local function read(file)
  local handle = assert(io.open(workspace .. '/' .. file, 'rb'))
  local text = handle:read('a')
  handle:close()
  return text
end

--- The first place where `text` stands in the buffer: line from 1, column in bytes from 0.
local function find(buffer, text)
  for number, line in ipairs(lines(buffer)) do
    local column = line:find(text, 1, true)
    if column then
      return number, column - 1
    end
  end
  fail('the sample has changed: no "' .. text .. '" in ' .. vim.api.nvim_buf_get_name(buffer))
end

local function put_cursor(line, column)
  vim.api.nvim_win_set_cursor(0, { line, column })
end

local function diagnostic(buffer, rule)
  for _, found in ipairs(vim.diagnostic.get(buffer)) do
    if found.code == rule then
      return found
    end
  end
end

local function attached(buffer)
  return wait_for('the server is attached to ' .. vim.fs.basename(vim.api.nvim_buf_get_name(buffer)), function()
    local client = vim.lsp.get_clients({ bufnr = buffer, name = 'hyper_nixos_ls' })[1]
    return client and client.initialized and client
  end)
end

local function request(client, buffer, method)
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local answer, failure = client:request_sync(method, params, patience, buffer)
  if not answer or answer.err then
    fail(method .. ': ' .. (failure or vim.inspect(answer and answer.err)))
  end
  return answer.result
end

-- The settings that users copy, found by name as in their own configuration.
vim.opt.runtimepath:prepend(vim.env.EDITOR_SETTINGS)
vim.lsp.config('hyper_nixos_ls', { cmd = { vim.env.HYPER_NIXOS_LS, 'serve' } })
vim.lsp.enable('hyper_nixos_ls')
vim.cmd('filetype on')

-- Findings in another module than the one opened first.
local proxy = open('modules/web/proxy.nix')
local client = attached(proxy)
check(client.root_dir == workspace, 'the workspace is the folder with hyper-nixos-ls.toml', client.root_dir)
local finding = wait_for('a finding about the top-level `cfg` is shown', function()
  return diagnostic(proxy, 'top-level-config-access')
end)
local line, column = find(proxy, 'cfg = config.hypervisor.web.proxy')
check(finding.lnum + 1 == line, 'it stands on the line of the binding', finding)

-- From a use of an option to its declaration.
local dashboard = open('modules/web/dashboard.nix')
check(attached(dashboard).id == client.id, 'one server serves both modules')
line, column = find(dashboard, 'config.hypervisor.web.port')
put_cursor(line, column + #'config.hypervisor.web.p')
local declared = find(dashboard, 'port = lib.mkOption')
vim.lsp.buf.definition()
wait_for('going to the definition of the port leads to its declaration', function()
  return vim.api.nvim_get_current_buf() == dashboard
    and vim.api.nvim_win_get_cursor(0)[1] == declared
end)

-- Completion in the middle of a line that does not parse yet.
line = find(dashboard, 'Restart = "on-failure";')
local typed = '        Nice = config.hypervisor.web.'
vim.api.nvim_buf_set_lines(dashboard, line, line, false, { typed })
-- Behind the last character, where the cursor is while one types.
vim.o.virtualedit = 'onemore'
put_cursor(line + 1, #typed)
local completion = request(client, dashboard, 'textDocument/completion')
local labels = {}
for _, item in ipairs(completion and (completion.items or completion) or {}) do
  labels[item.label] = true
end
for _, option in ipairs({ 'enable', 'listenAddress', 'port', 'proxy', 'workers' }) do
  check(labels[option], 'completion offers ' .. option, vim.tbl_keys(labels))
end
check(not labels['recipient'], 'completion offers nothing of another topic', vim.tbl_keys(labels))
wait_for('the unfinished line is reported', function()
  return diagnostic(dashboard, 'syntax-error')
end)
vim.api.nvim_buf_set_lines(dashboard, line, line + 1, false, {})
wait_for('it goes with the line, and a module that follows the guide has no other findings', function()
  return #vim.diagnostic.get(dashboard) == 0
end)
vim.bo[dashboard].modified = false

-- The guard that a module lacks, put in by its code action; nothing else may change.
local exporter_file = 'modules/monitoring/exporter.nix'
local before = read(exporter_file)
local exporter = open(exporter_file)
attached(exporter)
finding = wait_for('the unguarded config is shown', function()
  return diagnostic(exporter, 'unguarded-config')
end)
put_cursor(finding.lnum + 1, finding.col)
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action)
    return action.kind == 'quickfix' and action.title:find('mkIf', 1, true) ~= nil
  end,
})
wait_for('its code action is applied', function()
  return vim.bo[exporter].modified
end)
wait_for('the finding is gone', function()
  return not diagnostic(exporter, 'unguarded-config')
end)
vim.cmd('silent write')
local from, to = before:find('  config = {\n', 1, true)
local expected = before:sub(1, from - 1)
  .. '  config = lib.mkIf config.hypervisor.monitoring.exporter.enable {\n'
  .. before:sub(to + 1)
check(read(exporter_file) == expected, 'the saved file has the guard, and every comment', read(exporter_file))

client:stop()
wait_for('the server stops when it is asked to', function()
  return client:is_stopped()
end)
say(('%d passed, 0 failed'):format(passed))
os.exit(0)
