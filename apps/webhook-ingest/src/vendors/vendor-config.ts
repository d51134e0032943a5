import { z } from 'zod';
import type { OAuthAddress, VendorDefinition } from './vendor-definition.ts';
import type { VendorAddresses, VendorApp, VendorApps } from './vendor-app.ts';

type Definitions = Readonly<Record<string, VendorDefinition>>;

/** What every vendor reads; its keys follow from the definition. */
type VendorShape = Record<string, z.ZodType<string | undefined>>;

/** A vendor without a client id is not configured: its connections and notices are off, flat bodies work all the same. */
export function vendorSettings(definitions: Definitions): VendorShape {
  const shapes = Object.values(definitions).map((definition): VendorShape => {
    const keys = keysOf(definition);
    const shape: VendorShape = {
      [keys.clientId]: z.string().optional(),
      /** Several separated by commas: the first is used, all verify signatures. */
      [keys.clientSecret]: z.string().optional(),
      /** Base of the API; of its older OAuth addresses too, where it is set. */
      [keys.apiUrl]: z.url().optional(),
      /** Base of the older OAuth addresses. */
      [keys.oauthUrl]: z.url().optional(),
      /** Where people consent: a whole address, as the two that follow. */
      [keys.authorizeUrl]: z.url().optional(),
      /** Where a code or a refresh token becomes tokens. */
      [keys.tokenUrl]: z.url().optional(),
      /** Where our access is ended. */
      [keys.revokeUrl]: z.url().optional(),
    };
    if (keys.verificationToken === undefined) return shape;
    /** Shown by the vendor in its handshake; any long random text. */
    const token = z.string().min(16, 'must have at least 16 characters').optional();
    return { ...shape, [keys.verificationToken]: token };
  });
  return Object.assign({}, ...shapes) as VendorShape;
}

type Values = Readonly<Record<string, unknown>>;

/** Names the settings that are missing beside a client id. */
export function refineVendors(definitions: Definitions, values: Values, context: z.RefinementCtx): void {
  for (const definition of Object.values(definitions)) {
    const { clientId, clientSecret, verificationToken } = keysOf(definition);
    if (values[clientId] === undefined) continue;
    for (const key of [clientSecret, verificationToken]) {
      if (key === undefined || values[key] !== undefined) continue;
      context.addIssue({ code: 'custom', path: [key], message: 'is missing', input: undefined });
    }
  }
}

/** The vendors that are configured. */
export function vendorApplications(definitions: Definitions, values: Values): VendorApps {
  const apps = Object.values(definitions).flatMap((definition) => {
    const app = applicationOf(definition, values);
    return app === undefined ? [] : [[definition.name, app] as const];
  });
  return Object.fromEntries(apps);
}

function applicationOf(definition: VendorDefinition, values: Values): VendorApp | undefined {
  const keys = keysOf(definition);
  const textOf = (key: string) => values[key] as string | undefined;
  const clientId = textOf(keys.clientId);
  if (clientId === undefined) return undefined;
  const verificationToken = keys.verificationToken && textOf(keys.verificationToken);
  return {
    clientId,
    clientSecrets: listOf(textOf(keys.clientSecret)),
    ...addressesOf(definition, textOf),
    ...(verificationToken !== undefined && { verificationToken }),
  };
}

/** One that is not set follows from the base below which it used to lie, where that is set. */
function addressesOf(
  definition: VendorDefinition,
  textOf: (key: string) => string | undefined,
): VendorAddresses {
  const { environment } = definition;
  const keys = keysOf(definition);
  const bases = { api: textOf(keys.apiUrl), oauth: textOf(keys.oauthUrl) };
  const addressOf = (set: string | undefined, { url, below, path }: OAuthAddress) => {
    const base = bases[below];
    return set ?? (base === undefined ? url : `${withoutSlash(base)}${path}`);
  };
  return {
    apiUrl: withoutSlash(bases.api ?? environment.apiUrl),
    authorizeUrl: addressOf(textOf(keys.authorizeUrl), environment.authorizeUrl),
    tokenUrl: addressOf(textOf(keys.tokenUrl), environment.tokenUrl),
    revokeUrl: addressOf(textOf(keys.revokeUrl), environment.revokeUrl),
  };
}

function keysOf({ environment: { prefix }, subscriptions }: VendorDefinition) {
  return {
    clientId: `${prefix}_CLIENT_ID`,
    clientSecret: `${prefix}_CLIENT_SECRET`,
    apiUrl: `${prefix}_API_URL`,
    oauthUrl: `${prefix}_OAUTH_URL`,
    authorizeUrl: `${prefix}_AUTHORIZE_URL`,
    tokenUrl: `${prefix}_TOKEN_URL`,
    revokeUrl: `${prefix}_REVOKE_URL`,
    verificationToken: subscriptions === 'none' ? undefined : `${prefix}_VERIFICATION_TOKEN`,
  };
}

export function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
