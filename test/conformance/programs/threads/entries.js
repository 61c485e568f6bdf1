// What a thread can run, and what it is given: a file, code, a data: URL; options, variables, limits, data.
const { Worker, isMainThread, workerData, threadId, resourceLimits } = require('node:worker_threads');
const { getEnvironmentData, setEnvironmentData } = require('node:worker_threads');

const run = (entry, options) => new Promise((done) => new Worker(entry, options).on('exit', done));

async function main() {
  setEnvironmentData('given', { shared: 1 });
  process.env.MARK = 'of main';
  console.log('exit', await run(__filename, { workerData: 'defaults' }));
  console.log('exit', await run(__filename, { workerData: 'own variables', env: { OTHER: '2' } }));
  console.log('exit', await run(__filename, { workerData: 'options', execArgv: ['--no-warnings', '--conditions=x'], argv: ['--y'] }));
  console.log('exit', await run(__filename, { workerData: 'no options', execArgv: [] }));
  console.log('exit', await run(__filename, { workerData: 'limits', resourceLimits: { maxOldGenerationSizeMb: 64, stackSizeMb: 2 } }));
  console.log('exit', await run('console.log("code", __filename, process.argv.slice(2), typeof Math.random())', { eval: true, argv: ['a'], name: 'named' }));
  console.log('exit', await run(new URL('data:text/javascript,console.log("data", import.meta.url.slice(0, 5))')));
}

if (isMainThread) main();
else {
  const { MARK, OTHER } = process.env;
  const own = Object.keys(process.env).filter((name) => name.startsWith('APEX'));
  console.log(workerData, threadId, MARK, OTHER, process.execArgv, process.argv.slice(2), own, getEnvironmentData('given'));
  console.log(resourceLimits.stackSizeMb, process.cwd() === require('node:path').dirname(__dirname), typeof process.chdir);
  console.error(new Error('a stack').stack.split('\n').slice(0, 3).join('|').replaceAll(__dirname, ''));
}
