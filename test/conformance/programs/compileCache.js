// varies
// Without a folder Node asks the system for one, in the midst of it.
const { constants, enableCompileCache, getCompileCacheDir } = require('node:module');
const { mkdtempSync, rmSync } = require('node:fs');
const folder = mkdtempSync(`${require('node:os').tmpdir()}/apex-conformance-`);
process.env.TMPDIR = folder;
const { status, directory } = enableCompileCache();
console.log(status === constants.compileCacheStatus.ENABLED, directory, getCompileCacheDir());
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
