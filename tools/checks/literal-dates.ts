// A step of `npm test`: integration and e2e tests write out no dates that become too old one day.
import { checkout } from '@bridge/cli/stack-paths';
import { findLiteralDates } from './find-literal-dates.ts';
import { listSourceFiles } from './source-files.ts';

const found = findLiteralDates(checkout, listSourceFiles(checkout));
for (const { file, line, text } of found) console.error(`${file}:${line}  ${text}`);
if (found.length > 0) {
  console.error(
    [
      'A test with servers runs at the real time, and the services refuse what is older than the retention.',
      'Derive the date from the run: `testMorning` and `testTime(minutes)` of @bridge/testing, or `Date.now() - …`.',
    ].join('\n'),
  );
  process.exitCode = 1;
}
