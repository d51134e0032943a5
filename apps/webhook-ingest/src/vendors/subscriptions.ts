import type { VendorApp } from './vendor-app.ts';

/** An application has one subscription for each of these. */
export type SubscriptionKey = { readonly dataType: string; readonly eventType: string };

/** A subscription as the vendor shows it. */
export type VendorSubscription = SubscriptionKey & {
  readonly id: string;
  readonly callbackUrl: string;
  /** Milliseconds. */
  readonly expiresAt: number;
};

/** A vendor's subscriptions of this application. Every call throws a `CodedError` that does not repeat the request. */
export type SubscriptionClient = {
  list(): Promise<VendorSubscription[]>;
  /** The vendor calls us back for its handshake before it answers. `exists`: there is one already. */
  create(key: SubscriptionKey): Promise<VendorSubscription | 'exists'>;
  /** `gone`: the vendor does not know it any more. */
  renew(id: string): Promise<VendorSubscription | 'gone'>;
  /** Leads an existing one to our address. */
  redirect(listed: VendorSubscription): Promise<VendorSubscription | 'gone'>;
};

/** One request. Throws a transient `CodedError('vendor_unavailable')` without a clear answer. */
export type JsonRequest = (request: {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** In place of `body`. */
  readonly form?: Readonly<Record<string, string>>;
}) => Promise<{ readonly status: number; readonly body: unknown }>;

/** A vendor whose notices have to be subscribed to, and end unless they are renewed. */
export type SubscriptionDefinition = {
  readonly eventTypes: readonly string[];
  /** How long before its end a subscription is renewed, in milliseconds. */
  readonly renewBeforeMs: number;
  /** Query parameters of the handshake; the answer repeats the challenge under its name. */
  readonly handshake: { readonly token: string; readonly challenge: string };
  readonly createClient: (options: {
    readonly app: VendorApp;
    readonly callbackUrl: string;
    readonly request: JsonRequest;
  }) => SubscriptionClient;
};
