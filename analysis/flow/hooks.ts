import type { ts } from '../syntax/typescript.ts';
import { join, newObject, objectValue, propertyOf, unknown, type Value } from '../values/value.ts';
import { applyCallback } from './callbacks.ts';
import { givenProperties } from './components.ts';
import { channel, parameterTaint } from './functionInfo.ts';
import type { CallEvent, ClassInfo, Frame, FunctionInfo, Machine } from './machine.ts';

/** React, Preact and what imitates them. */
const library = /^(?:react|preact|preact\/hooks|preact\/compat|solid-js|React|vue|@vue\/composition-api|Vue)\./;
/** Macros of the compilers of Vue and Svelte. */
const macros = new Set([
  'defineProps',
  '$props',
  'withDefaults',
  '$state',
  '$derived',
  'defineComponent',
  'computed',
  'ref',
]);

/** State, contexts and wrapped functions of components; undefined for other calls. */
export function callHook(machine: Machine, event: CallEvent): Value | undefined {
  const ref = event.refs.find((each) => library.test(each) || macros.has(each));
  const hook = ref?.replace(library, '') ?? '';
  const [first] = event.arguments;
  switch (hook) {
    case 'useState':
    case 'createSignal':
      return stateOf(machine, event, first ?? unknown);
    case 'useMemo':
    case 'createMemo':
      return first ? applyCallback(machine, first, [], event) : unknown;
    case 'useCallback':
    case 'useDeferredValue':
    case 'memo':
    case 'forwardRef':
    case 'lazy':
    case 'withDefaults':
    case 'defineComponent':
    case 'extend':
    case 'reactive':
    case 'readonly':
    case 'toRefs':
    case 'unref':
    case '$state':
    case '$derived':
      return first ?? unknown;
    case 'defineProps':
    case '$props':
      return givenProperties(event.frame.unit, event.node);
    case 'computed':
      return boxed(event, first?.functions ? applyCallback(machine, first, [], event) : unknown);
    case 'ref':
    case 'shallowRef':
      return boxed(event, first ?? unknown);
    case 'createContext':
      return contextOf(event, first);
    case 'useContext':
      return first ? contextValue(machine, first, event) : unknown;
    default:
      return undefined;
  }
}

/** `ref(x)` of Vue: x is its `value`, and in markup the thing itself. */
function boxed({ node }: CallEvent, value: Value): Value {
  const box = newObject('instance', node);
  box.properties.set('value', value);
  return { ...objectValue(box), taints: value.taints };
}

const channels = new WeakMap<ts.Node, FunctionInfo>();

/** The channel that belongs to a node: one, however often the place is passed. */
function channelOf(node: ts.Node, name: string, { unit }: Frame): FunctionInfo {
  let known = channels.get(node);
  if (!known || known.unit !== unit) {
    known = channel(name, unit);
    channels.set(node, known);
  }
  return known;
}

/** `const [text, setText] = useState('')`: what any call of `setText` is given is in `text`. */
function stateOf(machine: Machine, event: CallEvent, first: Value): Value {
  const state = channelOf(event.node, 'state', event.frame);
  const held = newObject('array', event.node);
  const initial = first.functions ? applyCallback(machine, first, [], event) : first;
  held.properties.set('0', join({ taints: [parameterTaint(state, 0, event.node, 'state')] }, initial));
  held.properties.set('1', { taints: [], functions: [state] });
  return objectValue(held);
}

/** `createContext()`: its provider is a component whose `value` every `useContext` gets. */
function contextOf(event: CallEvent, initial: Value | undefined): Value {
  const provider = channelOf(event.node, 'context', event.frame);
  const context = newObject('instance', event.node);
  context.properties.set('Provider', { taints: [], functions: [provider] });
  if (initial) context.properties.set('default', initial);
  return objectValue(context);
}

function contextValue(machine: Machine, context: Value, { node, frame }: CallEvent): Value {
  const object = context.object;
  const initial = (object && propertyOf(object, 'default')) ?? unknown;
  const providers = (object?.properties.get('Provider')?.functions ?? []) as readonly FunctionInfo[];
  const given = providers.map((provider): Value => {
    return machine.member({ taints: [parameterTaint(provider, 0, node, 'context')] }, 'value', node, frame);
  });
  return given.reduce(join, initial);
}

const componentClass = /(^|\.)(Pure)?Component$/;

/** Gives instances of a class of components their `props` and `state`, which others fill. */
export function componentFields(info: ClassInfo, frame: Frame): void {
  if (!info.base?.refs?.some((ref) => componentClass.test(ref))) return;
  info.props = channelOf(info.node, 'props', frame);
  const { properties } = info.instance;
  properties.set('props', { taints: [parameterTaint(info.props, 0, info.node, 'props')] });
  info.state = channel('state', frame.unit);
  properties.set('state', { taints: [parameterTaint(info.state, 0, info.node, 'state')] });
  properties.set('setState', { taints: [], functions: [info.state] });
}

/** `<Panel text={x} />` calls the component with its properties. */
export function renderComponent(
  machine: Machine,
  component: Value,
  properties: Value,
  node: ts.Node,
  frame: Frame,
): void {
  const site = { node, caller: frame.fn, arguments: [properties], thisValue: undefined, depth: 0 };
  for (const callable of component.functions ?? []) machine.apply(callable as FunctionInfo, site);
  const held = component.object;
  const info =
    held?.kind === 'class' && held.node
      ? (frame.unit.classes.get(held.node) ?? frame.unit.foreignClass?.(held.node))
      : undefined;
  if (info?.props) machine.apply(info.props, site);
}
