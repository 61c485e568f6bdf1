import { exec } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';

const database = new DatabaseSync(':memory:');
database.exec('CREATE TABLE orders (customer TEXT, sku TEXT, paid INTEGER)');

export function saveOrder(customer: string, sku: string, paid: number): void {
  database.prepare('INSERT INTO orders VALUES (?, ?, ?)').run(customer, sku, paid);
}

export function ordersOf(customer: string): unknown[] {
  return database.prepare(`SELECT sku, paid FROM orders WHERE customer = '${customer}'`).all();
}

/** Packs the month's invoices; `month` is a folder name such as 2026-11. */
export function archive(month: string, done: (error: Error | null) => void): void {
  exec(`tar -czf invoices.tgz data/invoices/${month}`, done);
}
