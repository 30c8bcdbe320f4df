// `npm run audit`: asks npm's registry for known faults of the packages. Exits with 1 where one of high or critical
// severity is in what functions are built from; others are printed. Where the registry does not answer, it says so and
// exits with 0: nothing is known then, and a build must not fail for that.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

interface Report {
  /** What went wrong, where there is no report. */
  message?: string;
  vulnerabilities?: Record<
    string,
    { severity: string; range: string; via: (string | { title: string; url: string })[] }
  >;
}

const cwd = join(import.meta.dirname, '..');
const production = audit('--omit=dev');
if (!production?.vulnerabilities) {
  console.log(
    `Skipped: the registry does not answer what is known of packages (${production?.message ?? 'no answer'}).`,
  );
  process.exit(0);
}
const grave = Object.entries(production.vulnerabilities).filter(([, { severity }]) =>
  /^(high|critical)$/.test(severity),
);
const all = audit()?.vulnerabilities ?? {};
for (const [name, { severity, range, via }] of Object.entries(all)) {
  const said = via.map((one) => (typeof one === 'string' ? `by ${one}` : `${one.title} (${one.url})`));
  console.log(`${severity.padEnd(9)}${name} ${range}: ${said.join('; ')}`);
}
console.log(
  `${Object.keys(all).length} packages with known faults, ${grave.length} of them grave and in what is deployed.`,
);
if (grave.length > 0) process.exitCode = 1;

function audit(...options: string[]): Report | undefined {
  const { stdout } = spawnSync('npm', ['audit', '--json', '--package-lock-only', ...options], {
    cwd,
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  try {
    return JSON.parse(stdout) as Report;
  } catch {
    return undefined;
  }
}
