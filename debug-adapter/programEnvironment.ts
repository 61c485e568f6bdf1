import { plainEnvironment } from '../runtime/findNode.ts';

/** The environment of this process as a program gets it. @param added null removes a variable */
export function programEnvironment(added: Record<string, string | null>): NodeJS.ProcessEnv {
  const env = plainEnvironment();
  for (const [name, value] of Object.entries(added)) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  return env;
}
