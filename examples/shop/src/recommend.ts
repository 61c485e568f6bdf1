import { all, type Product } from './catalog.ts';

/** Products by likeness to `product`, the likest first. Slow on purpose: a profile shows it at once. */
export function recommend(product: Product, rounds = 2000): Product[] {
  const scores = new Map<Product, number>();
  for (let round = 0; round < rounds; round++) {
    for (const other of all()) {
      if (other !== product) scores.set(other, likeness(product, other));
    }
  }
  return [...scores.keys()].sort((a, b) => scores.get(b)! - scores.get(a)!);
}

function likeness(a: Product, b: Product): number {
  let shared = 0;
  for (const tag of a.tags) {
    for (const other of b.tags) {
      if (tag === other) shared++;
    }
  }
  return shared / Math.sqrt(a.tags.length * b.tags.length);
}
