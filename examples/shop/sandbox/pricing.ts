// Reprices the shop's shelf every second from state that you can edit while it runs.
//
// Run it with "Apex: Run File in Sandbox", then "Apex: Show Sandbox State": change `discount` or a price in the panel and
// watch the next line of the output use it. A discount above 0.9 is refused by `check`.
import { state } from 'apex';
import { priceAfter, total } from './discount.ts';

const shelf = state(
  'shelf',
  {
    discount: 0.1,
    currency: 'EUR',
    open: true,
    prices: { teapot: 24, cup: 6.5, tea: 8.25 },
    sold: new Map([
      ['teapot', 1],
      ['cup', 4],
      ['tea', 3],
    ]),
  },
  {
    check: ({ discount, prices }) => {
      if (discount < 0 || discount > 0.9) return 'A discount is between 0 and 0.9.';
      const wrong = Object.entries(prices).find(([, price]) => price < 0);
      return wrong && `The price of ${wrong[0]} would be negative.`;
    },
  },
);

function reprice(): void {
  const { discount, currency, prices, sold } = shelf;
  const lines = Object.entries(prices).map(([name, price]) => `${name} ${priceAfter(price, discount).toFixed(2)}`);
  const revenue = total(prices, sold, discount);
  console.log(`${lines.join(', ')} — sold for ${revenue.toFixed(2)} ${currency} at ${Math.round(discount * 100)} % off`);
}

reprice();
const timer = setInterval(() => (shelf.open ? reprice() : clearInterval(timer)), 1000);
