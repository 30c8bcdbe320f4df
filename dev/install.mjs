// Installs what package-lock.json names, when that has not been done yet. Runs before `npm start` and `npm test`,
// on whatever Node the machine has and before any package is there; everything after it runs on the pinned Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const stampFile = 'node_modules/.jobwire-installed';
const lockHash = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
const isInstalled = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash;

if (!isInstalled) {
  console.log('Installing packages (once for each package-lock.json) ...');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('Cannot install the packages: npm ci failed, see above. The first start needs the network.');
    process.exit(1);
  }
  writeFileSync(stampFile, lockHash);
}
