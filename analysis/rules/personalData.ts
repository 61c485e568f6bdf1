import type { AssignEvent, CallEvent, Machine } from '../flow/machine.ts';
import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { words } from './names.ts';
import type { Rule } from './rule.ts';

const id = 'personal-data-exposure';
const logs = /^(console|logger|log|winston|pino|bunyan)\.(\w+\(\)\.)?(log|error|warn|info|debug|trace|child|fatal)$/;
const services =
  /^(Sentry|@sentry\/\w+|scope|Bugsnag|@bugsnag\/js|bugSession|Rollbar|rollbar|Honeybadger|airbrake|ReactGA|react-ga|gtag|dataLayer|analytics|mixpanel|newrelic|interaction|span|currentSpan|openai|elasticsearch|algoliasearch|myAlgolia|index|datadog|browser|client|appAnalytics|statsd|localStorage|sessionStorage)\b/;
const people = /^(_?current)?(user|customer|patient|person|employee|member|account|company|owner|profile)s?$/i;
const secrets =
  /\b(passw(or)?d|passwd|ssn|social security|credit card|card number|cvv|bank account( number)?|iban|secret|private key|access token)$/;
const personal =
  /\b(e ?mail( address)?|ip( address)?|phone( number)?|birth ?(date|day)|date of birth|address|first name|last name|full name|name|gender|passport)$/;

/** `response.json(process.env)`: everything the machine keeps in its environment. */
const environment = /^(JSON\.stringify\()?process\.env\b[^.[]*$/;

function call(event: CallEvent, machine: Machine): void {
  if (!ts.isCallExpression(event.node)) return;
  const callee = event.node.expression
    .getText()
    .slice(0, 80)
    .replace(/\s+/g, '')
    .replace(/^window\./, '');
  const answer = /^(send|json|end|write)$/.test(event.name) && event.node.arguments[0];
  if (answer && environment.test(answer.getText())) {
    const message = 'The whole environment of the process is sent: passwords and keys are kept there.';
    machine.report(id, event.node, event.frame.unit, { message });
  }
  const isLog = logs.test(callee);
  const isService = services.test(callee) && event.receiver !== undefined ? services.test(callee) : callee === 'gtag';
  if (!isLog && !isService) return;
  for (const argument of event.node.arguments) {
    const found = exposed(argument, 0);
    if (!found) continue;
    machine.report(id, event.node, event.frame.unit, {
      message: `\`${found}\` leaves the program through ${callee.slice(0, 40)}(): logs and services are read by others than the person it belongs to.`,
    });
    return;
  }
}

/** Text of a personal datum that is part of the expression's value. */
function exposed(node: ts.Expression, depth: number): string | undefined {
  const inner = unwrap(node);
  if (depth > 6) return undefined;
  if (ts.isPropertyAccessExpression(inner)) {
    const name = words(inner.name.text);
    if (secrets.test(name) && !/\b(length|type|field|reset|error|valid|policy)\b/.test(words(inner.getText())))
      return inner.getText();
    return personal.test(name) && people.test(baseName(inner.expression)) ? inner.getText() : undefined;
  }
  if (ts.isIdentifier(inner) && secrets.test(words(inner.text))) return inner.text;
  if (ts.isIdentifier(inner)) return people.test(inner.text) && !/s$/.test(inner.text) ? inner.text : undefined;
  if (ts.isCallExpression(inner)) {
    const name = inner.expression.getText();
    return name === 'JSON.stringify' && inner.arguments[0] ? exposed(inner.arguments[0], depth + 1) : undefined;
  }
  if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return exposed(inner.left, depth + 1) ?? exposed(inner.right, depth + 1);
  }
  if (ts.isTemplateExpression(inner)) {
    for (const span of inner.templateSpans) {
      const found = exposed(span.expression, depth + 1);
      if (found) return found;
    }
  }
  if (ts.isArrayLiteralExpression(inner))
    return inner.elements.map((element) => exposed(element, depth + 1)).find(Boolean);
  if (ts.isObjectLiteralExpression(inner)) {
    for (const property of inner.properties) {
      const value = ts.isPropertyAssignment(property)
        ? property.initializer
        : ts.isShorthandPropertyAssignment(property)
          ? property.name
          : undefined;
      const found = value && exposed(value, depth + 1);
      if (found) return found;
    }
  }
  return undefined;
}

function baseName(node: ts.Expression): string {
  const inner = unwrap(node);
  if (ts.isIdentifier(inner)) return inner.text;
  if (ts.isPropertyAccessExpression(inner)) return inner.name.text;
  return ts.isCallExpression(inner) ? baseName(inner.expression) : '';
}

/** `document.cookie = 'password=' + password`. */
function assign({ property, target, valueNode, node, frame }: AssignEvent, machine: Machine): void {
  if (property !== 'cookie' || target.getText() !== 'document.cookie') return;
  const found = exposed(valueNode, 0);
  if (!found) return;
  const message = `\`${found}\` is kept in a cookie: scripts of the page and whoever uses the machine can read it.`;
  machine.report(id, node, frame.unit, { message });
}

export const personalData: Rule = {
  id,
  title: 'Personal data or a secret leaves the program',
  cwe: [532, 201, 312, 359],
  owasp: 'A09:2021 Security Logging and Monitoring Failures',
  severity: 'low',
  confidence: 'low',
  explanation:
    'Logs and services of others keep what they are sent, and more people read them than the database. Send an identifier that means nothing outside.',
  wrong: "exports.signedIn = (user) => console.log('signed in', user.email);\n",
  right: "exports.signedIn = (user) => console.log('signed in', user.id);\n",
  observer: { call, assign },
};
