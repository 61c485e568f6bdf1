// The state panel's page: one element, which talks to the extension by messages.
import './statePanel.ts';

document.body.append(document.createElement('apex-state-panel'));
