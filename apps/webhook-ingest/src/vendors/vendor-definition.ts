import type { NormalizedDocument } from '../documents/domain/normalized.ts';
import type { SignatureFamily } from '../signatures/signature-families.ts';
import type { DataType } from './data-type.ts';
import type { SubscriptionDefinition } from './subscriptions.ts';
import type { VendorAddresses, VendorApp } from './vendor-app.ts';
import type { ObjectAnswer, PageAnswer, Span, VendorAnswer, VendorDocument } from './vendor-answer.ts';

/** The name of a vendor: that of one of the definitions with which the service runs. */
export type Vendor = string;

/**
 * Everything that the bridge knows of one vendor: data and pure functions. The flows are the same for all vendors and ask
 * the definition; they name none.
 */
export type VendorDefinition = {
  /** As routes, rows, metric labels and events spell it. */
  readonly name: Vendor;
  readonly environment: VendorEnvironment;
  readonly oauth: (app: VendorAddresses) => OAuthProfile;
  /** The request that ends our access. It is sent with the access token. */
  readonly revocation: (app: VendorApp, accessToken: string) => RevocationRequest;
  readonly account: AccountProfile;
  /** The vendor's webhook. */
  readonly notices: {
    readonly signature: SignatureFamily;
    /** Reads a verified body. `signedAt` tells deliveries apart where the body holds nothing that does. */
    readonly read: (fields: NoticeFields, signedAt: string) => NoticeContent;
  };
  /** Published limits, for all of our requests together. */
  readonly limits: readonly Limit[];
  /** By the names that notices use, in the order in which a pull takes them. */
  readonly dataTypes: Readonly<Record<string, DataType>>;
  readonly fetchObject: (get: Get, dataType: string, objectId: string) => Promise<ObjectAnswer>;
  /** Lists the documents between two times, page by page; a list may hold a few more. */
  readonly fetchPage: (get: Get, dataType: string, span: Span, page?: string) => Promise<PageAnswer>;
  /** Takes any document and never throws. */
  readonly normalize: (dataType: string, document: VendorDocument) => NormalizedDocument;
  /** The id under which events know the object that a notice calls `id`. */
  readonly objectId: (dataType: string, id: string) => string;
  /** `none`: the vendor's webhook is registered by hand and does not end. */
  readonly subscriptions: SubscriptionDefinition | 'none';
};

/**
 * The variables that a vendor reads: `<prefix>_CLIENT_ID`, `<prefix>_CLIENT_SECRET`, `<prefix>_API_URL`,
 * `<prefix>_OAUTH_URL`, `<prefix>_AUTHORIZE_URL`, `<prefix>_TOKEN_URL`, `<prefix>_REVOKE_URL`, and
 * `<prefix>_VERIFICATION_TOKEN` where it has subscriptions.
 */
export type VendorEnvironment = {
  readonly prefix: string;
  /** Default of `<prefix>_API_URL`. */
  readonly apiUrl: string;
  /** Default of `<prefix>_AUTHORIZE_URL`, where people consent. */
  readonly authorizeUrl: OAuthAddress;
  readonly tokenUrl: OAuthAddress;
  readonly revokeUrl: OAuthAddress;
};

/** A whole address of its own, unless the base below which it used to lie is set. */
export type OAuthAddress = {
  readonly url: string;
  readonly below: 'api' | 'oauth';
  /** From that base on. */
  readonly path: string;
};

export type OAuthProfile = {
  /** Requested with the consent, beside those of the wanted data types. The person may untick some. */
  readonly scopes: readonly string[];
  /** Before each scope, also of the data types. */
  readonly scopePrefix?: string;
  /** Sent with a refresh, where the vendor wants it repeated. */
  readonly refreshScope?: string;
};

export type RevocationRequest = {
  readonly method: 'POST' | 'DELETE';
  readonly url: URL;
  readonly form?: Readonly<Record<string, string>>;
};

/** Where a vendor says whose access token it is. */
export type AccountProfile = {
  /** Below the API. */
  readonly path: string;
  /** The vendor's own id of the person; undefined where the answer names nobody. */
  readonly idOf: (body: unknown) => string | undefined;
};

/** Reads fields of a notice and notes those that are not as they must be. */
export type NoticeFields = {
  /** Text, or an integer that JSON gives exactly. */
  readonly required: (name: string) => string;
  /** The id of an object, which becomes a segment of a path. */
  readonly requiredId: (name: string) => string;
  readonly optional: (name: string) => string | undefined;
};

export type NoticeContent = {
  /** The vendor's own id of the person. */
  readonly vendorUserId: string;
  readonly dataType: string;
  readonly operation: 'upsert' | 'delete';
  /** The vendor's own id of the object. */
  readonly objectId: string;
  /** What all deliveries of this notice have in common, and no other notice has. */
  readonly identity: readonly string[];
  /** We know where the object lies. A notice of another type is kept and not fetched. */
  readonly isKnownType: boolean;
};

/** So many requests within a window; several limits hold together. */
export type Limit = { readonly requests: number; readonly windowMs: number };

/** GETs a path and query below the vendor's API, or repeats an answer of a moment ago. */
export type Get = (target: string) => Promise<VendorAnswer>;
