import manifest from '../package.json' with { type: 'json' };

/** The version of the bridge. All packages of the repository carry the same one; tools/checks/versions.test.ts compares them. */
export const version: string = manifest.version;
