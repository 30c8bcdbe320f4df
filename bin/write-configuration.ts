import { readFileSync, writeFileSync } from 'node:fs';
import { withConfigurationTables } from '../lib/configuration-tables.ts';

const file = new URL('../docs/configuration.md', import.meta.url);
writeFileSync(file, withConfigurationTables(readFileSync(file, 'utf8')));
