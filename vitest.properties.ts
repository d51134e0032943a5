import fc from 'fast-check';

// The same cases in each run: whoever changes one thing is not stopped by a case that nobody had seen. To look for new
// cases: `PROPERTY_SEED=$RANDOM npx vitest run --project unit properties`.
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 1) });
