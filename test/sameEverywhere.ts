// Loaded before all tests: what would make a run on one machine another than on the next one.
import fc from 'fast-check';

// Properties are tried with the same values each time, so that a change is judged by what it changes. `APEX_SEED=random`
// looks for new counterexamples (as does APEX_FUZZ), `APEX_SEED=NUMBER` shows one again.
const { APEX_FUZZ, APEX_SEED = APEX_FUZZ ? 'random' : '1' } = process.env;
if (APEX_SEED !== 'random') fc.configureGlobal({ seed: Number(APEX_SEED) });

// Programs under test write to pipes, and what they write is compared.
delete process.env.FORCE_COLOR;
