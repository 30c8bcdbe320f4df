import { readFileSync, writeFileSync } from 'node:fs';
import { withProtocolTables } from '../protocol/tables.ts';

const file = new URL('../protocol/PROTOCOL.md', import.meta.url);
writeFileSync(file, withProtocolTables(readFileSync(file, 'utf8')));
