/** As much of an OpenAPI document as the page shows. */
export type ApiDocument = {
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
};

type ApiOperation = {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly ApiParameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, ApiContent>> };
  readonly responses?: Readonly<
    Record<string, { readonly description?: string; readonly content?: Readonly<Record<string, ApiContent>> }>
  >;
};

type ApiContent = { readonly schema?: ApiSchema };
type ApiSchema = { readonly $ref?: string; readonly type?: unknown; readonly enum?: readonly unknown[] };
type ApiParameter = {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: ApiSchema & { readonly default?: unknown };
};

export const docsStyle = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
code, pre { font: 0.9em/1.5 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
section { margin-block: 2.5rem; }
article { margin-block: 1.5rem; padding-block-start: 0.5rem; border-block-start: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; }
h3 code { overflow-wrap: anywhere; }
`;

/** A page of plain HTML, made once. */
export function renderDocsPage({ info, paths }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const byTag = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? 'bridge');
  const sections = [...byTag].map(
    ([tag, own]) =>
      `<section><h2 id="${escape(tag)}">${escape(tag)}</h2>${own.map(article).join('')}</section>`,
  );
  const links = [...byTag.keys()].map((tag) => `<li><a href="#${escape(tag)}">${escape(tag)}</a></li>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(info.title)} API</title><style>${docsStyle}</style></head>
<body><header><h1>${escape(info.title)} API ${escape(info.version)}</h1>
<p>For programs: <a href="/openapi.json">/openapi.json</a>, OpenAPI 3.1.</p></header>
<nav aria-label="Contents"><ul>${links.join('')}<li><a href="#rules">Rules for all routes</a></li><li><a href="#problems">Problems</a></li></ul></nav>
<main>${sections.join('')}${rules}${problems}</main></body></html>
`;
}

type Route = { readonly path: string; readonly method: string; readonly operation: ApiOperation };

function article({ path, method, operation }: Route): string {
  const { summary = '', description, parameters = [], requestBody, responses = {} } = operation;
  const body = Object.entries(requestBody?.content ?? {})
    .map(([type, { schema }]) => `<p>Body: <code>${escape(type)}</code> ${escape(schemaName(schema))}</p>`)
    .join('');
  const answers = Object.entries(responses).map(([status, answer]) => {
    const schema = Object.values(answer.content ?? {})[0]?.schema;
    return row([code(status), escape(answer.description ?? ''), escape(schemaName(schema))]);
  });
  return `<article><h3><code>${method} ${escape(path)}</code></h3><p>${escape(summary)}</p>
${description === undefined ? '' : `<p>${escape(description)}</p>`}${table(['Parameter', 'In', 'Value', ''], parameters.map(parameterRow))}
${body}${table(['Answer', '', ''], answers)}</article>`;
}

function parameterRow({ name, in: place, required = false, description = '', schema }: ApiParameter): string {
  const preset = schema?.default === undefined ? '' : `, default ${JSON.stringify(schema.default)}`;
  const value = `${schemaName(schema)}${preset}${required ? ', required' : ''}`;
  return row([code(name), escape(place), escape(value), escape(description)]);
}

function schemaName(schema: ApiSchema | undefined): string {
  if (schema?.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? '';
  if (schema?.enum !== undefined) return schema.enum.map(String).join(' | ');
  return typeof schema?.type === 'string' ? schema.type : '';
}

const code = (text: string) => `<code>${escape(text)}</code>`;
const row = (cells: readonly string[]) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;

function table(heads: readonly string[], rows: readonly string[]): string {
  if (rows.length === 0) return '';
  const head = heads.map((text) => `<th scope="col">${escape(text)}</th>`).join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] as string);
}

const rules = `<section><h2 id="rules">Rules for all routes</h2>
<h3>Keys</h3><p><code>Authorization: Bearer &lt;API key&gt;</code> or <code>X-API-Key</code>. A key has scopes, and may be limited to
some persons: others are answered 403. Each look at a person is recorded.</p>
<h3>Pages</h3><p>Lists take <code>limit</code> and <code>cursor</code>. The body's <code>next</code> is the cursor of the next page, null on the
last one; the header <code>Link</code> with <code>rel="next"</code> is its address. A cursor belongs to its list and filters.</p>
<h3>Times</h3><p>RFC 3339 with <code>Z</code> or an offset. A span includes <code>from</code> and excludes <code>to</code>. Parameters that are not known are refused.</p>
<h3>Rate</h3><p>Each key has one budget. <code>RateLimit-Policy</code> says how large it is, <code>RateLimit</code> what is left (<code>r</code>) and for how
many seconds (<code>t</code>). Beyond it the answer is 429 with <code>Retry-After</code>.</p>
<h3 id="deprecation">Deprecation</h3><p>Fields and routes are added without notice: clients ignore fields that they do not know. Nothing is taken
away or changes its meaning within a version. A route or field that will go is answered with the header <code>Deprecation</code> (RFC 9745) from the
day on which this page names its successor, and with <code>Sunset</code> (RFC 8594), the day on which it ends: at least 180 days later.</p></section>`;

const problemKinds: readonly (readonly [name: string, meaning: string])[] = [
  ['bad-request', '400: a parameter or the body does not validate; errors names the fields'],
  ['unauthenticated', '401: no key, or one that is unknown, expired or revoked'],
  ['forbidden', '403: the key lacks the scope, or may not see this person'],
  ['not-found', '404: there is nothing here, or nothing is known of it'],
  ['method-not-allowed', '405: Allow lists the methods of this route'],
  ['conflict', '409: it does not go together with what is there'],
  ['precondition-failed', '412: somebody else changed it since'],
  ['too-large', '413: the body is too large'],
  ['unsupported-media-type', '415: the body has another content type'],
  ['unprocessable', '422: fields do not validate; errors names them'],
  ['too-many-requests', '429: wait for Retry-After'],
  ['internal', '500: a fault of the bridge; trace_id finds it in the logs'],
  ['bad-gateway', '502: a vendor does not give a usable answer'],
  ['unavailable', '503: not possible now; wait for Retry-After'],
];

const problems = `<section><h2 id="problems">Problems</h2><p>Errors are RFC 9457 documents, <code>application/problem+json</code>.
Their <code>type</code> is the address of an entry here and stays the same for every occurrence.</p><dl>${problemKinds
  .map(([name, meaning]) => `<dt id="problem-${name}"><code>${name}</code></dt><dd>${escape(meaning)}</dd>`)
  .join('')}</dl></section>`;
