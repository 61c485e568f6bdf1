// Every test that runs inside the extension host; bundled into one file.
import './extension.test.ts';
