const retryMs = 3000;

/** The answer to a GET; asked again while the server is away or has failed, undefined where it refuses. */
export async function readJson(path) {
  const answer = await readOn(path);
  return answer?.json();
}

/** As `readJson`, of a list in pages: `{ page, next }`; `next` is the path of the next page, undefined after the last one. */
export async function readPage(path) {
  const answer = await readOn(path);
  if (!answer) return undefined;
  const next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
  return { page: await answer.json(), next };
}

async function readOn(path) {
  for (;;) {
    const response = await fetch(path).catch(() => undefined);
    if (response?.ok) return response;
    if (response && response.status < 500) return undefined;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}
