-- A list of all options to choose from, shown by whatever `vim.ui.select` is.
local M = {}

local server = require('hyper_nixos_ls')

--- One line of the list.
function M.describe(option)
  local said = option.path
  if option.type and option.type ~= vim.NIL then
    said = said .. ': ' .. option.type
  end
  local retired = option.kind == 'renamed' or option.kind == 'removed'
  return retired and ('%s (%s)'):format(said, option.kind) or said
end

--- Offers the options of the tree, and goes to the declaration of the one that is chosen.
---@param query? string a part of their names; without it all of them
function M.pick(query)
  server.ask('optionList', function(options, client)
    if query then
      options = vim
        .iter(options)
        :filter(function(option)
          return option.path:lower():find(query:lower(), 1, true) ~= nil
        end)
        :totable()
    end
    if #options == 0 then
      local which = query and ('options with "%s" in their names'):format(query) or 'options'
      return server.complain('there are no ' .. which .. ' in this tree.')
    end
    vim.ui.select(options, {
      prompt = 'Option:',
      kind = 'hyper-nixos-option',
      format_item = M.describe,
    }, function(option)
      if option then
        vim.lsp.util.show_document(option.location, client.offset_encoding, { focus = true })
      end
    end)
  end)
end

return M
