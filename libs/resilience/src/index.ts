export { backoff, type Backoff } from './backoff.ts';
export { createPolicies, type Call, type CallOptions, type Policies } from './create-policies.ts';
