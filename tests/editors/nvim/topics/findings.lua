-- Findings in the file that is open, in those that are not, and what makes them come and go.
local editor = require('editor')

local proxy, client = editor.serve('modules/web/proxy.nix')
editor.check(
  client.root_dir == editor.workspace,
  'the workspace is the folder with hyper-nixos-ls.toml',
  client.root_dir
)
local finding = editor.wait_for('a finding about the top-level `cfg` is shown', function()
  return editor.diagnostic(proxy, 'top-level-config-access')
end)
local line = editor.find(proxy, 'cfg = config.hypervisor.web.proxy')
editor.check(finding.lnum + 1 == line, 'it stands on the line of the binding', finding)

local report = editor.request(client, proxy, 'workspace/diagnostic', {
  identifier = 'hyper-nixos-ls',
  previousResultIds = {},
})
local reported = {}
for _, item in ipairs(report.items) do
  for _, found in ipairs(item.items or {}) do
    reported[vim.fs.basename(item.uri) .. ' ' .. found.code] = true
  end
end
for _, expected in ipairs({
  'exporter.nix unguarded-config',
  'kiosk.nix duplicate-attribute',
  'tracing.nix infinite-recursion',
}) do
  editor.check(reported[expected], 'without opening it: ' .. expected, vim.tbl_keys(reported))
end

-- What one module's text means for another, before anything is saved.
local alerts = editor.serve('modules/monitoring/alerts.nix')
editor.wait_for('the misspelt option is shown', function()
  return editor.diagnostic(alerts, 'undeclared-option')
end)
editor.go_to('recipient = lib')
vim.cmd('normal! 0')
vim.cmd('substitute/recipient/recipent/')
editor.wait_for('it goes when the option is declared', function()
  return not editor.diagnostic(alerts, 'undeclared-option')
end)
