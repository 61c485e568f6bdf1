import { ts } from '../syntax/typescript.ts';
import { newObject, objectValue, refValue, type Value } from '../values/value.ts';
import type { Environment } from './environment.ts';
import { renderComponent } from './hooks.ts';
import { overwrite } from './literals.ts';
import type { Frame, Machine } from './machine.ts';

/** Evaluates markup in a program: the attributes of each element, which a component gets as its properties. */
export function evaluateJsx(machine: Machine, node: ts.Node, environment: Environment, frame: Frame): void {
  if (ts.isJsxExpression(node)) {
    if (node.expression) machine.evaluate(node.expression, environment, frame);
    return;
  }
  if (ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node)) {
    evaluateElement(machine, node, environment, frame);
    return;
  }
  ts.forEachChild(node, (child) => evaluateJsx(machine, child, environment, frame));
}

function evaluateElement(
  machine: Machine,
  node: ts.JsxOpeningElement | ts.JsxSelfClosingElement,
  environment: Environment,
  frame: Frame,
): void {
  const properties = newObject('object', node);
  for (const attribute of node.attributes.properties) {
    if (ts.isJsxSpreadAttribute(attribute)) {
      const spread = machine.evaluate(attribute.expression, environment, frame);
      overwrite(machine, properties, spread, attribute, frame);
      continue;
    }
    const value = evaluateAttribute(machine, attribute, environment, frame);
    if (value) properties.properties.set(attribute.name.getText(), value);
  }
  const component = componentOf(machine, node.tagName, environment, frame);
  if (component) renderComponent(machine, component, objectValue(properties), node, frame);
}

function evaluateAttribute(
  machine: Machine,
  attribute: ts.JsxAttribute,
  environment: Environment,
  frame: Frame,
): Value | undefined {
  const { initializer } = attribute;
  if (!initializer || ts.isStringLiteral(initializer)) return undefined;
  if (!ts.isJsxExpression(initializer)) {
    evaluateJsx(machine, initializer, environment, frame);
    return undefined;
  }
  const { expression } = initializer;
  if (!expression) return undefined;
  const value = machine.evaluate(expression, environment, frame);
  for (const observe of machine.observers.assign) {
    observe(
      {
        node: attribute,
        target: expression,
        object: refValue('jsx'),
        property: attribute.name.getText(),
        key: undefined,
        value,
        valueNode: expression,
        frame,
      },
      machine,
    );
  }
  return value;
}

/** The function or class that an element's name stands for; none for elements of the page, which begin in lower case. */
function componentOf(
  machine: Machine,
  name: ts.JsxTagNameExpression,
  environment: Environment,
  frame: Frame,
): Value | undefined {
  if (ts.isJsxNamespacedName(name) || (ts.isIdentifier(name) && /^[a-z]/.test(name.text))) return undefined;
  return machine.evaluate(name, environment, frame);
}
