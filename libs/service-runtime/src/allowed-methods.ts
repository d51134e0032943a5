import { type Express } from 'express';

/** The part of Express's router that says where its routes lie; its types do not show it. */
type Layer = {
  match(path: string): unknown;
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
};

/** The methods that the routes of this path take, in upper case; none when there is no such path. */
export function allowedMethods(app: Express, path: string): string[] {
  const layers = (app.router as unknown as { readonly stack: readonly Layer[] }).stack;
  const methods = new Set<string>();
  for (const layer of layers) {
    if (layer.route === undefined || layer.match(path) === false) continue;
    for (const method of Object.keys(layer.route.methods)) methods.add(method.toUpperCase());
  }
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}
