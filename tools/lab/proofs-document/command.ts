import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addExamples } from '@bridge/cli/examples';
import type { Log } from '@bridge/core';
import type { Env } from '@bridge/service-runtime';
import { Command } from 'commander';
import { checkout } from '@bridge/cli/stack-paths';
import { proofsDocument } from './document.ts';
import { readRuns } from './read-runs.ts';

/** `proofs-document`: writes docs/proofs.md from `.local/proofs` and `.local/bench`. */
export function proofsDocumentCommand(_env: Env, log: Log): Command {
  const command = new Command('proofs-document')
    .description('Write docs/proofs.md from the last full runs of the proofs and the bench on this machine.')
    .action(() => {
      const runs = readRuns(checkout);
      // An empty document would replace the results of another machine.
      if (runs.proofs.length === 0 && !runs.bench)
        throw new Error('.local holds no full run; docs/proofs.md was not changed.');
      const { text, unexplained, needless } = proofsDocument(runs);
      writeFileSync(join(checkout, 'docs/proofs.md'), text);
      for (const name of unexplained)
        log.warn(`docs/missed-targets.yaml names no cause for the missed target: ${name}`);
      for (const name of needless)
        log.warn(`docs/missed-targets.yaml names a cause, but the target is not missed: ${name}`);
      log.info('docs/proofs.md written');
    });
  return addExamples(command, 'proofs-document');
}
