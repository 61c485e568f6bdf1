-- Run by neovim.test.ts inside a headless Neovim: opens a file, waits for Apex's findings and writes them as JSON.
local apex, cli, file, out = unpack(vim.split(vim.env.APEX_NEOVIM, '\n'))
dofile(apex).setup({ cmd = { cli, 'lsp' } })
vim.cmd('filetype on')
vim.cmd('edit ' .. file)
local function findings()
  return vim.diagnostic.get(0)
end
vim.wait(60000, function()
  return #findings() > 0
end, 50)
local actions
local diagnostic = findings()[1]
if diagnostic then
  local range = { start = { line = diagnostic.lnum, character = diagnostic.col }, ['end'] = { line = diagnostic.end_lnum, character = diagnostic.end_col } }
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(),
    range = range,
    context = { diagnostics = { diagnostic.user_data.lsp and vim.tbl_extend('force', { range = range, message = diagnostic.message, source = diagnostic.source }, diagnostic.user_data.lsp) } },
  }
  for _, answer in pairs(vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 20000) or {}) do
    actions = vim.tbl_map(function(action)
      return action.title
    end, answer.result or {})
  end
end
local report = {
  findings = vim.tbl_map(function(found)
    return { line = found.lnum + 1, source = found.source, message = found.message }
  end, findings()),
  actions = actions or {},
}
vim.fn.writefile({ vim.fn.json_encode(report) }, out)
vim.cmd('qall!')
