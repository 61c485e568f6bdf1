import { ejsTemplate } from './ejs.ts';
import { handlebarsTemplate } from './handlebars.ts';
import { pugTemplate } from './pug.ts';
import type { Template } from './rawOutput.ts';

/** Files of template engines whose output without escaping is followed. */
export const templateExtension = /\.(ejs|hbs|handlebars|mustache|pug|jade)$/i;

export function readTemplate(path: string, text: string): Template {
  if (/\.ejs$/i.test(path)) return ejsTemplate(text);
  return /\.(pug|jade)$/i.test(path) ? pugTemplate(text) : handlebarsTemplate(text);
}
