-- What `:HyperNixos` does. Each subcommand asks the server that serves the current buffer, or, in a
-- buffer that none serves, the first that runs.
local M = {}

M.NAME = 'hyper_nixos_ls'

---@return vim.lsp.Client?
function M.client()
  local here = vim.lsp.get_clients({ name = M.NAME, bufnr = 0 })[1]
  return here or vim.lsp.get_clients({ name = M.NAME })[1]
end

function M.say(message, level)
  vim.notify('hyper-nixos-ls: ' .. message, level or vim.log.levels.INFO)
end

function M.complain(message)
  M.say(message, vim.log.levels.WARN)
end

--- The URI of something in the tree that is meant: what is being edited, else the tree's root.
local function place_in(client)
  local buffer = vim.api.nvim_get_current_buf()
  if client.attached_buffers[buffer] then
    return vim.uri_from_bufnr(buffer)
  end
  return client.root_dir and vim.uri_from_fname(client.root_dir)
end

--- Asks the server for what one of its commands answers; `on_answer` is called only with an answer.
---@param command string without the server's name
---@param on_answer fun(answer: any, client: vim.lsp.Client)
---@param more? fun(client: vim.lsp.Client): any what the command is given beside the place
function M.ask(command, on_answer, more)
  local client = M.client()
  if not client then
    M.complain('no server is running. Open a Nix file; `:checkhealth hyper_nixos_ls` says more.')
    return
  end
  local arguments = { place_in(client), more and more(client) or nil }
  local params = { command = 'hyper-nixos-ls.' .. command, arguments = arguments }
  client:request('workspace/executeCommand', params, function(failure, answer)
    if failure then
      M.complain(failure.message)
    elseif answer == nil or answer == vim.NIL then
      M.complain('the server knows no tree yet.')
    else
      on_answer(answer, client)
    end
  end)
end

--- Shows a text that belongs to no file, in a window of its own.
local function show(name, filetype, text)
  local buffer = vim.fn.bufadd('hyper-nixos-ls://' .. name)
  vim.fn.bufload(buffer)
  vim.bo[buffer].buftype = 'nofile'
  vim.bo[buffer].swapfile = false
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(vim.trim(text), '\n'))
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].filetype = filetype
  vim.cmd.sbuffer(buffer)
end

local commands = {}

commands.options = {
  run = function(query)
    require('hyper_nixos_ls.picker').pick(query)
  end,
}

--- One line of the list of definitions: what is set, and what decides whether it counts.
function M.describe_definition(place)
  local said = place.path
  if place.value and place.value ~= vim.NIL then
    said = ('%s = %s'):format(said, place.value)
  end
  if place.condition and place.condition ~= vim.NIL then
    said = ('%s if %s'):format(said, place.condition)
  end
  if not place.priority or place.priority == vim.NIL then
    return said .. ', priority not known'
  end
  said = ('%s, priority %d'):format(said, place.priority)
  local by = place.priorityFunction
  return by and by ~= vim.NIL and ('%s (%s)'):format(said, by) or said
end

--- Whether the buffer has a server; says so where it has none.
local function served()
  if vim.lsp.get_clients({ name = M.NAME, bufnr = 0 })[1] then
    return true
  end
  M.complain('this buffer is served by no server.')
  return false
end

commands.definitions = {
  run = function()
    if not served() then
      return
    end
    M.ask('definitions', function(places, client)
      if #places == 0 then
        return M.say('there is no option here that is set anywhere.')
      end
      -- All at once they would be sorted by their places, and what wins is to be first.
      local items = vim.tbl_map(function(place)
        local item = vim.lsp.util.locations_to_items({ place }, client.offset_encoding)[1]
        item.text = M.describe_definition(place)
        return item
      end, places)
      vim.fn.setqflist({}, ' ', { title = 'Definitions, what wins first', items = items })
      vim.cmd('botright copen')
    end, function(client)
      return vim.lsp.util.make_position_params(0, client.offset_encoding).position
    end)
  end,
}

local graphs = { modules = 'moduleGraph', options = 'optionGraph' }
commands.graph = {
  arguments = { 'modules', 'options' },
  run = function(which)
    which = which or 'modules'
    if not graphs[which] then
      return M.complain(('there is no graph of "%s": say `modules` or `options`.'):format(which))
    end
    M.ask(graphs[which], function(text)
      show(which .. '.mmd', 'mermaid', text)
    end)
  end,
}

commands.document = {
  run = function()
    M.ask('optionsDocument', function(text)
      show('options.md', 'markdown', text)
    end)
  end,
}

--- One tree's numbers in a sentence.
function M.describe(tree)
  local said = ('%s: %d options in %d modules of %d files'):format(
    vim.fn.fnamemodify(tree.root, ':~'),
    tree.options,
    tree.modules,
    tree.files
  )
  if tree.outsideOptions > 0 then
    said = said .. (', %d options from outside'):format(tree.outsideOptions)
  end
  if tree.brokenFiles > 0 then
    said = said .. (', with syntax errors: %d'):format(tree.brokenFiles)
  end
  return said
end

commands.status = {
  run = function()
    M.ask('status', function(trees)
      for _, tree in ipairs(trees) do
        M.say(M.describe(tree))
      end
    end)
  end,
}

commands.restart = {
  run = function()
    local clients = vim.lsp.get_clients({ name = M.NAME })
    vim.lsp.enable(M.NAME, false)
    local ended = vim.wait(5000, function()
      return vim.iter(clients):all(function(client)
        return client:is_stopped()
      end)
    end, 20)
    if not ended then
      vim.iter(clients):each(function(client)
        client:stop(true)
      end)
    end
    vim.lsp.enable(M.NAME)
  end,
}

commands.fixall = {
  run = function()
    if not served() then
      return
    end
    M.ask('safeFixes', function(answer, client)
      if answer.findings == 0 then
        M.say('there is nothing here that can be fixed without a look.')
      else
        vim.lsp.util.apply_workspace_edit(answer.edit, client.offset_encoding)
      end
    end)
  end,
}

--- Makes an empty file and tells the server, which sends the guide's template for it.
local function begin_module(client, path)
  if vim.uv.fs_stat(path) then
    return M.complain(('%s is there already.'):format(path))
  end
  vim.fn.mkdir(vim.fs.dirname(path), 'p')
  if vim.fn.writefile({}, path) ~= 0 then
    return M.complain(('%s cannot be written.'):format(path))
  end
  vim.cmd.edit(vim.fn.fnameescape(path))
  client:notify('workspace/didCreateFiles', { files = { { uri = vim.uri_from_fname(path) } } })
end

commands.newmodule = {
  run = function(path)
    local client = M.client()
    if not client or not client.root_dir then
      return M.complain('no tree is served yet: open one of its Nix files first.')
    end
    local function begin(written)
      if written and vim.trim(written) ~= '' then
        local name = vim.trim(written)
        name = vim.endswith(name, '.nix') and name or name .. '.nix'
        local is_absolute = vim.startswith(name, '/')
        begin_module(client, is_absolute and name or vim.fs.joinpath(client.root_dir, name))
      end
    end
    if path then
      begin(path)
    else
      vim.ui.input({ prompt = 'New module: ', default = 'modules/' }, begin)
    end
  end,
}

---@param words string[] a subcommand and its arguments
function M.run(words)
  local command = commands[words[1]]
  if command then
    command.run(words[2])
  else
    local known = table.concat(vim.fn.sort(vim.tbl_keys(commands)), ', ')
    M.complain(('there is no `%s`, but %s.'):format(words[1], known))
  end
end

---@param written string the word up to the cursor
---@param line string the whole command line
---@return string[]
function M.complete(written, line)
  local command = line:match('HyperNixos%s+(%S+)%s')
  local words = {}
  if not command then
    words = vim.fn.sort(vim.tbl_keys(commands))
  elseif commands[command] then
    words = commands[command].arguments or {}
  end
  return vim.iter(words)
    :filter(function(word)
      return vim.startswith(word, written)
    end)
    :totable()
end

return M
