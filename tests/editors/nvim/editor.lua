-- What all topics share: assertions, waiting, and a user's hands.
local M = {}

M.workspace = assert(vim.uv.fs_realpath(vim.env.WORKSPACE))

local patience = 30000 -- milliseconds that any single answer may take
local passed = 0
local notifications = {}

vim.notify = function(message)
  table.insert(notifications, message)
end

function M.say(...)
  io.stdout:write(table.concat({ ... }, ' '), '\n')
end

local function leave(status)
  M.say(('%d passed, %d failed'):format(passed, status))
  io.stdout:flush()
  os.exit(status)
end

function M.fail(what)
  M.say('FAILED', what)
  M.say('notifications:', vim.inspect(notifications))
  local log = io.open(vim.lsp.log.get_filename())
  if log then
    M.say('what the editor and the server logged:')
    M.say(log:read('a'))
  end
  leave(1)
end

function M.finish()
  leave(0)
end

function M.check(ok, what, seen)
  if not ok then
    M.fail(seen == nil and what or what .. '; instead: ' .. vim.inspect(seen))
  end
  passed = passed + 1
  M.say('ok    ', what)
end

function M.wait_for(what, condition)
  local value
  M.check(
    vim.wait(patience, function()
      value = condition()
      return value and true or false
    end, 20),
    what
  )
  return value
end

--- The next notification that contains `text`.
function M.wait_for_notification(text)
  return M.wait_for(('"%s" is said'):format(text), function()
    for index, message in ipairs(notifications) do
      if message:find(text, 1, true) then
        return table.remove(notifications, index)
      end
    end
  end)
end

function M.open(file)
  vim.cmd.edit(vim.fn.fnameescape(M.workspace .. '/' .. file))
  return vim.api.nvim_get_current_buf()
end

function M.name()
  return vim.fs.basename(vim.api.nvim_buf_get_name(0))
end

function M.text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n') .. '\n'
end

function M.read(file)
  local handle = assert(io.open(M.workspace .. '/' .. file, 'rb'))
  local text = handle:read('a')
  handle:close()
  return text
end

--- The first place where `text` stands in the buffer: line from 1, column in bytes from 0.
function M.find(buffer, text)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    local column = line:find(text, 1, true)
    if column then
      return number, column - 1
    end
  end
  M.fail('the sample has changed: no "' .. text .. '" in ' .. vim.api.nvim_buf_get_name(buffer))
end

--- Puts the cursor on the last character of `text`.
function M.go_to(text)
  local line, column = M.find(0, text)
  vim.api.nvim_win_set_cursor(0, { line, column + #text - 1 })
  return line
end

function M.diagnostic(buffer, rule)
  for _, found in ipairs(vim.diagnostic.get(buffer)) do
    if found.code == rule then
      return found
    end
  end
end

function M.attached(buffer)
  local name = vim.fs.basename(vim.api.nvim_buf_get_name(buffer))
  return M.wait_for('the server is attached to ' .. name, function()
    local client = vim.lsp.get_clients({ bufnr = buffer, name = 'hyper_nixos_ls' })[1]
    return client and client.initialized and client
  end)
end

--- Opens a file that the server then serves.
function M.serve(file)
  local buffer = M.open(file)
  return buffer, M.attached(buffer)
end

function M.request(client, buffer, method, params)
  params = params or vim.lsp.util.make_position_params(0, client.offset_encoding)
  local answer, failure = client:request_sync(method, params, patience, buffer)
  if not answer or answer.err then
    M.fail(method .. ': ' .. (failure or vim.inspect(answer and answer.err)))
  end
  return answer.result
end

--- The text of the window that floats over the others.
function M.float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      local text = M.text(vim.api.nvim_win_get_buf(window))
      return text, window
    end
  end
end

--- Throws away what was tried, so that topics do not see each other's edits.
function M.discard()
  vim.cmd('silent! only')
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.bo[buffer].modified and vim.bo[buffer].buftype == '' then
      vim.api.nvim_buf_call(buffer, function()
        vim.cmd('silent edit!')
      end)
    end
  end
end

return M
