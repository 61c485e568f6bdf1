// flags: --secure-heap=65536 --report-filename=some.json --max-http-header-size=20000
// Options that a replay leaves out, because Node itself would act on them.
const crypto = require('node:crypto');
const http = require('node:http');

console.log(crypto.secureHeapUsed()?.total, http.maxHeaderSize, process.report.filename, process.execArgv.join(' '));
