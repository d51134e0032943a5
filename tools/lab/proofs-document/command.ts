import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '@bridge/core';
import { Command } from 'commander';
import { checkout } from '@bridge/cli/stack-paths';
import { proofsDocument } from './document.ts';
import { readRuns } from './read-runs.ts';

/** `proofs-document`: writes docs/proofs.md from `.local/proofs` and `.local/bench`. */
export function proofsDocumentCommand(_env: NodeJS.ProcessEnv, log: Log): Command {
  return new Command('proofs-document')
    .description('write docs/proofs.md from the last full runs of the proofs and the bench on this machine')
    .action(() => {
      const runs = readRuns(checkout);
      // Written from nothing, it would wipe out what another machine found.
      if (runs.proofs.length === 0 && !runs.bench)
        throw new Error('.local holds no full run: nothing was written.');
      const { text, unexplained, needless } = proofsDocument(runs);
      writeFileSync(join(checkout, 'docs/proofs.md'), text);
      for (const name of unexplained) log.warn(`missed without a cause in docs/missed-figures.yaml: ${name}`);
      for (const name of needless)
        log.warn(`a cause in docs/missed-figures.yaml that nothing needs: ${name}`);
      log.info('docs/proofs.md is written');
    });
}
