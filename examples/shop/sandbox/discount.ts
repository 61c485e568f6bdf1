/** Price after a discount between 0 and 1, to the cent. */
export function priceAfter(price: number, discount: number): number {
  return Math.round(price * (1 - discount) * 100) / 100;
}

/** What was sold, at discounted prices. */
export function total(prices: Record<string, number>, sold: Map<string, number>, discount: number): number {
  let sum = 0;
  for (const [name, count] of sold) sum += priceAfter(prices[name] ?? 0, discount) * count;
  return Math.round(sum * 100) / 100;
}
