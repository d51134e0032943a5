/** PUTs to a service as its operator. Throws unless it is taken. */
export async function putJson(
  { url, masterKey }: { readonly url: string; readonly masterKey: string },
  path: string,
  body: unknown,
): Promise<void> {
  const answer = await fetch(url + path, {
    method: 'PUT',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`PUT ${path} was answered by ${answer.status}: ${text}`);
}
