import { installVSCodeServer } from '../../scripts/vscode/install.mjs';
import { installOnDebian } from '../installOnDebian.ts';

/** Folder of the VS Code server; on Debian as root its compiler is installed first when there is none. */
export function editorServer(): string {
  for (const program of ['python3', 'make', 'g++']) installOnDebian(program, program);
  return installVSCodeServer();
}
