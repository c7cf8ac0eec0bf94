-- What is shown between the lines: hints and lenses. And what is not offered.
local editor = require('editor')

local exporter, client = editor.serve('modules/monitoring/exporter.nix')

local configuration = editor.serve('configuration.nix')
vim.lsp.inlay_hint.enable(true, { bufnr = configuration })
local hint = editor.wait_for('inlay hints tell the types of what is set', function()
  return vim.iter(vim.lsp.inlay_hint.get({ bufnr = configuration })):find(function(found)
    local label = found.inlay_hint.label
    label = type(label) == 'table' and label[1].value or label
    return label:find('boolean', 1, true)
  end)
end)
editor.check(hint.bufnr == configuration, 'in the buffer that asked', hint)

vim.cmd.buffer(exporter)
vim.lsp.codelens.refresh({ bufnr = exporter })
local function lens()
  local line = editor.find(exporter, 'port = lib.mkOption')
  return vim.iter(vim.lsp.codelens.get(exporter)):find(function(found)
    return found.range.start.line == line - 1 and found.command and found.command.title ~= ''
  end)
end
local shown = editor.wait_for('a lens stands at the option', lens)
editor.check(shown.command.title:find('read 2×', 1, true), 'and counts its reads', shown)
editor.go_to('port = lib.mkOption')
vim.fn.setqflist({})
vim.lsp.codelens.run()
editor.wait_for('running the lens lists the places', function()
  return #vim.fn.getqflist() == 2
end)
editor.check(vim.fn.getqflist({ title = 0 }).title == shown.command.title, 'under its title')
vim.cmd.cclose()

vim.cmd.buffer(exporter)
local tokens = editor.request(client, exporter, 'textDocument/semanticTokens/full', {
  textDocument = vim.lsp.util.make_text_document_params(exporter),
})
editor.check(#tokens.data > 0, 'there are semantic tokens', tokens)

local text = editor.text(exporter)
local answer = client:request_sync('textDocument/formatting', {
  textDocument = vim.lsp.util.make_text_document_params(exporter),
  options = { tabSize = 2, insertSpaces = true },
}, 30000, exporter)
editor.check(
  answer ~= nil and (answer.err ~= nil or #(answer.result or {}) == 0),
  'formatting without a formatter changes nothing',
  answer
)
editor.check(editor.text(exporter) == text, 'and leaves the text as it is')
