-- Apex's language server in Neovim (0.7 or newer) with its built-in client. In init.lua:
--   dofile('/path/to/apex/editors/neovim/apex.lua').setup({ cmd = { '/path/to/apex/bin/apex', 'lsp' } })
local M = {}

local filetypes = { 'javascript', 'javascriptreact', 'typescript', 'typescriptreact' }

--- Starts the server with the first JavaScript or TypeScript file and attaches it to each that follows.
--- @param options { cmd: string[]?, on_attach: function?, settings: table? }
function M.setup(options)
  options = options or {}
  local clients = {}
  local function attach(event)
    local root = vim.fs and vim.fs.dirname(vim.fs.find({ 'package.json', '.git' }, { upward = true, path = event.file })[1])
      or vim.fn.getcwd()
    clients[root] = clients[root]
      or vim.lsp.start_client({
        name = 'apex',
        cmd = options.cmd or { 'apex', 'lsp' },
        root_dir = root,
        settings = options.settings or {},
        on_attach = options.on_attach,
        workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
      })
    vim.lsp.buf_attach_client(event.buf, clients[root])
  end
  vim.api.nvim_create_autocmd('FileType', { pattern = filetypes, callback = attach })
end

return M
