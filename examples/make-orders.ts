// Writes examples/orders.csv: a shop's orders, invented here and therefore free to use, with all that makes real files
// hard. The same on each call: `node examples/make-orders.ts > examples/orders.csv`.
const orders = 2_000;
const columns = [
  'order_id',
  'ordered_at',
  'customer',
  'postcode',
  'country',
  'product',
  'quantity',
  'unit_price',
  'discount',
  'gift',
  'delivered_on',
  'note',
];

const firstNames = [
  'Ada',
  'Björn',
  'Chloé',
  'Dmitri',
  'Elif',
  'Fatima',
  'Grace',
  'Hana',
  'Ivo',
  'Jürgen',
  'Kaito',
  'Lucía',
];
const lastNames = [
  'Ångström',
  'Byrne',
  'Costa',
  'Dubois',
  "O'Neill",
  'Fischer',
  'García',
  'Horváth',
  'Ito',
  'Kowalski',
];
const countries = ['DE', 'FR', 'GB', 'JP', 'PL', 'SE', 'TR', 'US'];
const products = [
  'Desk lamp, brass',
  'Notebook A5',
  '27" monitor',
  'Chair "Oslo"',
  'Cable 2 m',
  'Mug; blue',
  'Keyboard',
  'Headphones',
];
const notes = [
  'Leave at the door',
  'Please ring twice,\r\nthe bell is quiet',
  'Says "urgent"',
  'Gift wrap: red, no card',
  'Lieferung nur vormittags',
  '請放在門口',
];

/** Marsaglia's xorshift, so that every machine writes the same file. */
let state = 20_260_401;
function random(): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 2 ** 32;
}

const below = (limit: number) => Math.floor(random() * limit);
const pick = (list: string[]) => list[below(list.length)] ?? '';
const sometimes = (share: number, text: string) => (random() < share ? text : '');
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);

function order(index: number): string[] {
  const orderedAtMs = Date.UTC(2025, 0, 1) + index * 13_500_000 + below(9_000_000);
  const quantity = 1 + below(random() < 0.02 ? 500 : 6);
  const name = `${pick(firstNames)} ${pick(lastNames)}`;
  return [
    String(100_001 + index),
    `${new Date(orderedAtMs).toISOString().slice(0, 19)}Z`,
    random() < 0.1 ? `${name}, c/o ${pick(lastNames)} & Sons` : name,
    String(below(100_000)).padStart(5, '0'),
    pick(countries),
    pick(products),
    random() < 0.03 ? '' : String(quantity),
    (below(40_000) / 100).toFixed(2),
    random() < 0.05 ? 'n/a' : sometimes(0.4, String(below(30) / 100)),
    pick(['true', 'false', 'false']),
    sometimes(0.85, day(orderedAtMs + (1 + below(9)) * 86_400_000)),
    sometimes(0.15, pick(notes)),
  ];
}

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const rows = [columns, ...Array.from({ length: orders }, (_, index) => order(index))];
process.stdout.write(rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join(''));
