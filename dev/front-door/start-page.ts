const links = [
  ['/v1', 'The addresses of the API'],
  ['/v1/types', 'Job types (asks for a credential)'],
  ['/reference', 'API reference, to try requests from'],
  ['/v1/openapi.json', 'OpenAPI document'],
  ['/v1/asyncapi.json', 'AsyncAPI document'],
  ['/graphiql', 'GraphiQL, with the key in it'],
  ['/v1/health', 'Health'],
];

/** What a browser sees at the server's root. */
export function startPage(): string {
  const items = links.map(([path, title]) => `<li><a href="${path}"><code>${path}</code></a> ${title}</li>`).join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Jobwire, local</title>
<style>body { font: 16px/1.6 system-ui, sans-serif; margin: 3rem auto; max-width: 40rem; padding: 0 1rem }</style>
<h1>Jobwire runs here</h1>
<p>The key is in the terminal that <code>npm start</code> runs in, and in <code>.jobwire/local.json</code>.</p>
<ul>
${items}
</ul>
</html>
`;
}
