// `npm run picture`: draws docs/architecture.svg from what the stack synthesizes to.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawArchitecture } from './architecture/draw-architecture.ts';

const root = join(import.meta.dirname, '..');
writeFileSync(join(root, 'docs/architecture.svg'), await drawArchitecture(root));
console.log('Drawn: docs/architecture.svg');
