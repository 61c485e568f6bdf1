// A thread in TypeScript, and a pool of such threads that share out work.
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

interface Task {
  number: number;
}

if (isMainThread) {
  const tasks: Task[] = Array.from({ length: 24 }, (_, number) => ({ number }));
  let sum = 0;
  for (let index = 0; index < 3; index++) {
    const worker = new Worker(new URL(import.meta.url));
    const next = () => (tasks.length > 0 ? worker.postMessage(tasks.pop()) : void worker.terminate());
    worker.on('message', (square: number) => {
      sum += square;
      console.log('square', square);
      next();
    });
    worker.on('exit', () => console.log('a thread ends'));
    next();
  }
  process.on('exit', () => console.log('sum', sum));
} else {
  parentPort!.on('message', ({ number }: Task) => {
    setTimeout(() => parentPort!.postMessage(number * number), Math.random() * 3);
  });
}
