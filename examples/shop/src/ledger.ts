import { type Cart, total } from './cart.ts';

export interface Receipt {
  number: number;
  customer: string;
  /** Cents. */
  paid: number;
  coupon: number;
  lines: { sku: string; quantity: number }[];
}

const receipts: Receipt[] = [];

export function checkout(cart: Cart, coupon = 0): Receipt {
  const receipt: Receipt = {
    number: receipts.length + 1,
    customer: cart.customer,
    paid: total(cart),
    coupon,
    lines: cart.lines.map((line) => ({ sku: line.product.sku, quantity: line.quantity })),
  };
  receipts.push(receipt);
  return receipt;
}

/** Compares what was paid with the morning's price list; the difference may only come from coupons. */
export function closeDay(morningPrices: Record<string, number>): { expected: number; paid: number } {
  let expected = 0;
  let paid = 0;
  for (const receipt of receipts) {
    for (const line of receipt.lines) expected += (morningPrices[line.sku] ?? 0) * line.quantity;
    expected -= receipt.coupon;
    paid += receipt.paid;
  }
  if (paid !== expected) {
    throw new Error(`The till is off by ${expected - paid} cents: expected ${expected}, got ${paid}`);
  }
  return { expected, paid };
}
