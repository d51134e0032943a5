import { chanceOf } from '../simulate/life/chance.ts';
import { uuidOf } from './uuid-of.ts';
import type { Vendor } from './vendor.ts';

/** A person as the vendor knows them. */
export type Account = {
  readonly vendor: Vendor;
  /** The vendor's own id: a UUID at Oura, a number at WHOOP. */
  readonly id: string;
  readonly email: string;
};

type Options = {
  readonly vendor: Vendor;
  readonly seed: number;
  readonly saved: readonly Account[] | undefined;
  readonly changed: () => void;
};

export type Accounts = ReturnType<typeof createAccounts>;

/** The people of one vendor. Ids that are not given follow from the seed and the order in which people are added. */
export function createAccounts({ vendor, seed, saved = [], changed }: Options) {
  const byId = new Map(saved.map((account) => [account.id, account]));
  return {
    add(given: { readonly id?: string; readonly email?: string } = {}): Account {
      const nr = byId.size + 1;
      const drawn = vendor === 'oura' ? uuidOf(seed, 'account', nr) : String(10_000_000 + nr);
      const id = given.id ?? drawn;
      const account = { vendor, id, email: given.email ?? `person-${nr}@example.org` };
      byId.set(id, account);
      changed();
      return account;
    },
    find: (id: string) => byId.get(id),
    all: () => [...byId.values()],
  };
}

/** Oura's `personal_info`. */
export function personalInfo({ id, email }: Account) {
  const chance = chanceOf(1, id);
  return {
    id,
    age: 20 + chance.below(50),
    weight: 50 + chance.below(50),
    height: (150 + chance.below(45)) / 100,
    biological_sex: chance.pick(['female', 'male']),
    email,
  };
}

/** WHOOP's basic profile. */
export function basicProfile({ id, email }: Account) {
  return { user_id: Number(id), email, first_name: 'Synthetic', last_name: `Person ${id}` };
}

/** WHOOP's body measurement. */
export function bodyMeasurement({ id }: Account) {
  const chance = chanceOf(1, id);
  return {
    height_meter: (150 + chance.below(45)) / 100,
    weight_kilogram: 50 + chance.below(50),
    max_heart_rate: 175 + chance.below(25),
  };
}
