process.on('exit', (code) => console.log('leaving', code));
setTimeout(() => {
  console.log('before');
  null.property;
}, 2);
setTimeout(() => console.log('never'), 50);
