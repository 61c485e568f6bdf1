import { find, type Product } from './catalog.ts';

export interface Line {
  product: Product;
  quantity: number;
}

export interface Cart {
  customer: string;
  lines: Line[];
}

export interface Coupon {
  sku: string;
  percent: number;
}

export function createCart(customer: string): Cart {
  return { customer, lines: [] };
}

export function addLine(cart: Cart, sku: string, quantity: number): void {
  cart.lines.push({ product: find(sku), quantity });
}

/** Takes the coupon's percentage off the matching lines of this cart. */
export function applyCoupon(cart: Cart, coupon: Coupon): void {
  for (const line of cart.lines) {
    if (line.product.sku !== coupon.sku) continue;
    const discount = Math.round((line.product.price * coupon.percent) / 100);
    line.product.price = line.product.price - discount;
  }
}

/** Cents. */
export function total(cart: Cart): number {
  let sum = 0;
  for (const line of cart.lines) {
    sum += line.product.price * line.quantity;
  }
  return sum;
}
