interface Point {
  x: number;
  y: number;
}
const length = ({ x, y }: Point): number => Math.hypot(x, y);
console.log(length({ x: 3, y: 4 } satisfies Point));
const error: Error = new Error('typed');
console.log(error.stack?.split('\n')[1]?.replace(/\(.*\//, '('));
