import { flow } from '../workbench.ts';

flow('first minute', {}, (window) => {
  it('shows the versions of everything Apex runs on', async () => {
    await window().command('Apex: Show Versions');
    await window().notification(/Apex \d.*Node v24/);
    await window().screenshot('versions');
  });
});
