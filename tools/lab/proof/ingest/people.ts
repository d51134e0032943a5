import { connectAccount } from '../../simulate/connect-account.ts';
import type { VendorSim } from '../../vendor-sim/start-vendor-sim.ts';
import { vendors } from '../../vendor-sim/vendor.ts';

/** A person with an account at both vendors. */
export type Person = { readonly userId: string; readonly oura: string; readonly whoop: string };

type Options = {
  readonly sim: VendorSim;
  readonly count: number;
  readonly name: string;
  /** The base URL of the bridge. */
  readonly url: string;
  readonly apiKey: string;
};

const atOnce = 4;

/** Connects people at both vendors, through the same requests as a browser. */
export async function connectPeople({ sim, count, name, url, apiKey }: Options): Promise<Person[]> {
  const people = Array.from({ length: count }, (_, nr): Person => ({
    userId: `${name}-${nr + 1}`,
    oura: sim.addUser('oura').id,
    whoop: sim.addUser('whoop').id,
  }));
  const waiting = people.values();
  const connectSome = async () => {
    for (const person of waiting) {
      for (const vendor of vendors) {
        const options = { edgeUrl: url, apiKey, signal: AbortSignal.timeout(30_000) };
        await connectAccount({ userId: person.userId, vendor, id: person[vendor] }, options);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, connectSome));
  return people;
}
