import type { Agent } from './agent.ts';

/** Runs `action` before the end is reported. */
export function beforeEnd(agent: Agent, action: () => void): void {
  const { atEnd } = agent;
  agent.atEnd = (exitCode, divergence) => {
    action();
    atEnd(exitCode, divergence);
  };
}
