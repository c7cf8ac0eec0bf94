-- The last thing that a server does.
local editor = require('editor')

local _, client = editor.serve('modules/web/dashboard.nix')
client:stop()
editor.wait_for('the server stops when it is asked to', function()
  return client:is_stopped()
end)
