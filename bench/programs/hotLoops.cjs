// Two hot loops, floating point on small objects ("ray") and dispatch over objects ("rich"); prints milliseconds for each.
'use strict';
class Vector {
  constructor(x, y, z) {
    this.x = x;
    this.y = y;
    this.z = z;
  }
  minus(other) {
    return new Vector(this.x - other.x, this.y - other.y, this.z - other.z);
  }
  dot(other) {
    return this.x * other.x + this.y * other.y + this.z * other.z;
  }
}

function ray(size) {
  const spheres = [];
  for (let i = 0; i < 8; i++) spheres.push({ center: new Vector(i - 4, (i % 3) - 1, 6 + (i % 2)), radius: 1 });
  const origin = new Vector(0, 0, 0);
  let sum = 0;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const direction = new Vector(x / size - 0.5, y / size - 0.5, 1);
      let nearest = Infinity;
      for (const { center, radius } of spheres) {
        const toCenter = origin.minus(center);
        const b = toCenter.dot(direction);
        const c = toCenter.dot(toCenter) - radius * radius;
        const root = b * b - c;
        if (root < 0) continue;
        const distance = -b - Math.sqrt(root);
        if (distance > 1e-4 && distance < nearest) nearest = distance;
      }
      if (nearest < Infinity) sum += nearest;
    }
  }
  return sum;
}

class Task {
  constructor(index) {
    this.index = index;
    this.queue = [];
    this.runs = 0;
  }
  run(sent) {
    this.runs++;
    if (this.queue.length) return this.queue.shift() + this.index;
    sent.push((this.index * 7 + this.runs) % 97);
    return this.index;
  }
}
class OddTask extends Task {
  run(sent) {
    const result = super.run(sent);
    return result % 2 ? result : result + 1;
  }
}

function rich(rounds) {
  const tasks = Array.from({ length: 20 }, (_, index) => (index % 2 ? new Task(index) : new OddTask(index)));
  const sent = [];
  let sum = 0;
  for (let round = 0; round < rounds; round++) {
    for (const task of tasks) {
      sum = (sum + task.run(sent)) | 0;
      if (sent.length > 50) {
        const value = sent.pop();
        tasks[value % 20].queue.push(value);
        sent.length = 0;
      }
    }
  }
  return sum;
}

const scale = Number(process.argv[2] ?? 1);
const times = {};
for (const [name, loop] of [
  ['ray', () => ray(900 * Math.sqrt(scale))],
  ['rich', () => rich(200_000 * scale)],
]) {
  const begun = performance.now();
  loop();
  times[name] = performance.now() - begun;
}
console.log(JSON.stringify(times));
