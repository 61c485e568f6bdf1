// varies
console.log(
  Date.now(),
  new Date().toISOString(),
  Date(),
  new Date(5).getTime(),
  performance.now(),
  performance.timeOrigin,
);
console.log(process.hrtime(), process.hrtime.bigint(), process.uptime(), process.memoryUsage().rss, process.cpuUsage());
class Later extends Date {}
console.log(new Later() instanceof Date, Later.now(), Reflect.construct(Date, [7]).getTime());
setTimeout(() => console.log(Date.now(), performance.mark('m').startTime), 3);
