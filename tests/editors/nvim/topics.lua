-- All topics, one after the other, once the editor is up.
local topics = {
  'findings',
  'navigation',
  'completion',
  'actions',
  'display',
  'renaming',
  'commands',
  'health',
  'ending',
}

vim.api.nvim_create_autocmd('VimEnter', {
  callback = vim.schedule_wrap(function()
    local editor = require('editor')
    local function run()
      for _, topic in ipairs(topics) do
        editor.say('--- ' .. topic)
        require('topics.' .. topic)
        editor.discard()
      end
    end
    local ok, trouble = xpcall(run, debug.traceback)
    if not ok then
      editor.fail(trouble)
    end
    editor.finish()
  end),
})
