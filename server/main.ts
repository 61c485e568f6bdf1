import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import manifest from '../package.json' with { type: 'json' };
import { serve } from './languageServer.ts';
import { rulePage } from './rulePage.ts';

serve(createConnection(ProposedFeatures.all), { version: manifest.version, rulePage });
