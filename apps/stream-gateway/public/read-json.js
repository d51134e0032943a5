const retryMs = 3000;

/** The answer to a GET; asked again while the server is away or has failed, undefined where it refuses. */
export async function readJson(path) {
  for (;;) {
    const response = await fetch(path).catch(() => undefined);
    if (response?.ok) return response.json();
    if (response && response.status < 500) return undefined;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}
