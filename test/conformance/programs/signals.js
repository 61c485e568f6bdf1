process.on('SIGUSR2', (signal, number) => {
  console.log(signal, number);
  clearInterval(keep);
});
const keep = setInterval(() => {}, 1000);
setTimeout(() => process.kill(process.pid, 'SIGUSR2'), 5);
try {
  process.kill(process.pid, 'SIGNOPE');
} catch (error) {
  console.log(error.code);
}
console.log(process.kill(process.pid, 0));
