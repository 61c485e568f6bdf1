export interface Product {
  sku: string;
  name: string;
  /** Cents. */
  price: number;
  tags: string[];
}

const products = new Map<string, Product>();

export function stock(product: Product): void {
  products.set(product.sku, product);
}

export function find(sku: string): Product {
  const product = products.get(sku);
  if (!product) throw new Error(`There is no product ${sku}`);
  return product;
}

export function all(): Product[] {
  return [...products.values()];
}

export function priceList(): Record<string, number> {
  return Object.fromEntries(all().map((product) => [product.sku, product.price]));
}

stock({ sku: 'teapot', name: 'Teapot', price: 3200, tags: ['tea', 'kitchen', 'ceramic'] });
stock({ sku: 'cup', name: 'Cup', price: 900, tags: ['tea', 'coffee', 'ceramic'] });
stock({ sku: 'kettle', name: 'Kettle', price: 5400, tags: ['tea', 'kitchen', 'steel'] });
stock({ sku: 'mill', name: 'Coffee mill', price: 7600, tags: ['coffee', 'kitchen', 'steel'] });
stock({ sku: 'sencha', name: 'Sencha, 100 g', price: 1250, tags: ['tea', 'food'] });
