// The timeline's page: one element, which talks to the extension by messages.
import './timelinePanel.ts';

document.body.append(document.createElement('apex-timeline'));
