import type { Paint } from './log/colours.ts';
import type { LocalState } from './state-file.ts';

const example = 'examples/orders.csv';

/** What `npm start` prints once it answers: where everything is, and a first job to paste. */
export function welcome({ rest, live, console, key }: LocalState, readySeconds: string, paint: Paint): string {
  const authorization = `-H 'Authorization: Bearer ${key}'`;
  const body = `JSON.stringify({ type: "csv-profile", input: { csv: fs.readFileSync("${example}", "utf8") } })`;
  return `
${paint.bold('Jobwire is ready')} after ${readySeconds} s

  REST       ${paint.cyan(rest)}
  WebSocket  ${paint.cyan(live)}
  Console    ${paint.cyan(`${console}#key=${key}`)}
  GraphiQL   ${paint.cyan(`${console}graphiql`)}
  Reference  ${paint.cyan(`${console}reference`)}
  Key        ${paint.cyan(key)}

Submit a job and watch it, from this folder in another terminal:

  npm run jobwire -- submit csv-profile --file ${example} --watch

Or by hand:

  node -p '${body}' |
    curl -sS -D - -o /dev/null ${rest}/jobs ${authorization} \\
      -H 'Content-Type: application/json' --data-binary @-

Then poll the newest job:

  curl -s ${rest}/jobs/$(curl -s '${rest}/jobs?limit=1' ${authorization} |
    grep -o 'job_[a-z2-7]*' | head -n 1) ${authorization} |
    node -p 'const { input, ...job } = JSON.parse(fs.readFileSync(0)); JSON.stringify(job, null, 2)'

`;
}
