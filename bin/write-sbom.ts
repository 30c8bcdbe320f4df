// `npm run sbom`: writes what the project is made of to build/sbom.cdx.json, in CycloneDX, out of package-lock.json. Each
// component says by the property `jobwire:shipped` whether it is in a function's bundle, and so runs in an account.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createBundler } from '../lib/bundle.ts';
import { readPackage } from '../lib/package-file.ts';
import { shippedPackages } from '../lib/shipped-packages.ts';

interface Sbom {
  metadata: { component: { name: string } };
  components: { 'bom-ref': string; properties: { name: string; value: string }[] }[];
}

const root = join(import.meta.dirname, '..');
const file = join(root, 'build/sbom.cdx.json');
const bundler = createBundler({ root, directory: join(root, 'build/functions'), testJobs: false });
const { metafile } = await bundler.bundle();
await bundler.stop();

const shipped = shippedPackages(root, metafile);
const sbomOptions = ['--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
const text = execFileSync('npm', ['sbom', ...sbomOptions], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
  stdio: ['ignore', 'pipe', 'ignore'],
});
const sbom = JSON.parse(text) as Sbom;
// npm takes the folder's name.
sbom.metadata.component.name = readPackage(root).name;
for (const component of sbom.components) {
  component.properties.push({ name: 'jobwire:shipped', value: String(shipped.has(component['bom-ref'])) });
}
mkdirSync(join(root, 'build'), { recursive: true });
writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);

const listed = new Set(sbom.components.map((component) => component['bom-ref']));
const unlisted = [...shipped].filter((name) => !listed.has(name));
if (unlisted.length > 0) {
  console.error(`Cannot vouch for ${relative(root, file)}: it lacks ${unlisted.join(', ')}, npm install must be run`);
  process.exitCode = 1;
}
console.log(`${relative(root, file)}: ${listed.size} packages, ${shipped.size} of them in functions`);
