/** Runs one SQL statement and returns its rows; `libs/postgres` provides it. */
export type Query = <Row>(text: string, params?: readonly unknown[]) => Promise<Row[]>;

/** The part of `libs/vault` that lists of user ids are sealed with. */
export type ServiceVault = {
  sealForService(plaintext: string, at: ServicePlace): Promise<Buffer>;
  unsealForService(sealed: Buffer, at: ServicePlace): Promise<Buffer>;
};

/** Grants are looked up by a blind index as well. */
export type GrantVault = ServiceVault & { userIndex(text: string): Buffer };

type ServicePlace = { readonly table: string; readonly column: string; readonly row: string };
