/** Ports of the two servers that attempts know about. */
export interface Reach {
  open: number;
  closed: number;
}

/**
 * Attempts to reach further than a policy allows: name and an expression that gives what was got (a text). `read`, `write`,
 * `fs`, `apex`, `get` are there; `SECRET` in a result, or a request at the closed server, is a success of the attacker.
 */
export const fileAttempts: readonly (readonly [name: string, expression: string])[] = [
  ['a parent folder', 'read("../secret.txt")'],
  ['a parent folder from an absolute name', 'read("/app/../secret.txt")'],
  ['dots between slashes', 'read("/app/./data//..//../secret.txt")'],
  ['a folder that is not there, and back', 'read("/app/data/none/../../../secret.txt")'],
  ['an absolute name', 'read("/etc/passwd")'],
  ['the environment in /proc', 'read("/proc/self/environ")'],
  ['the root in /proc', 'read("/proc/self/root/etc/passwd")'],
  ['the working folder in /proc', 'read("/proc/self/cwd/package.json")'],
  ['an inherited descriptor', 'read("/dev/fd/0")'],
  ['a file URL', 'read("file:///etc/passwd")'],
  ['a URL object', 'read(new URL("file:///etc/passwd"))'],
  ['escapes of a URL', 'read("%2e%2e/secret.txt")'],
  ['backslashes', 'read("..\\\\secret.txt")'],
  ['a zero in the name', 'read("data/a.txt\\0/../../../secret.txt")'],
  ['a home folder', 'read("~/.bashrc")'],
  ['a number', 'read(0)'],
  ['a name that changes', 'let n = 0; return read({ toString: () => (n++ ? "../secret.txt" : "data/a.txt") })'],
  ['a list as a name', 'read(["../secret.txt"])'],
  ['half a surrogate', 'read("data/\\ud800/../../../secret.txt")'],
  ['an overlong name', 'read("data/" + "x/../".repeat(2000) + "../../secret.txt")'],
  ['a link to a file outside', 'read("data/link.txt")'],
  ['a link to a folder outside', 'read("data/up/secret.txt")'],
  ['a link out and in and out again', 'read("data/up/app/data/up/secret.txt")'],
  ['a link that a rule denies by its real name', 'read("data/inner/secret.txt")'],
  ['a denied file by another way', 'read("data/./sub/../secret.txt")'],
  ['a denied file with a slash behind', 'read("data/secret.txt/")'],
  ['a denied file through a link beside it', 'read("data/alias.txt")'],
  ['a denied file as a JSON module', 'import("./data/secret.json").then((m) => JSON.stringify(m))'],
  ['a denied file as a required module', 'import("./data/requires.cjs").then((m) => JSON.stringify(m.default))'],
  ['a text file as a module', 'import("./data/secret.txt").then((m) => JSON.stringify(m))'],
  ['a link as a module', 'import("./data/linked.js").then((m) => m.default)'],
  ['a module with a query', 'import("./data/secret.json?x").then((m) => JSON.stringify(m))'],
  ['a map that is a link', 'import("./data/mapped.js").then((m) => m.default())'],
  ['another spelling of a denied name', 'read("data/SECRET.txt")'],
  ['a folder outside', 'fs.readdir("..").then(String)'],
  ['the size of a file outside', 'fs.stat("../secret.txt").then((s) => "SECRET " + s.size)'],
  ['a file outside, to be written', 'write("../written.txt", "x").then(() => "SECRET")'],
  ['a file outside through a link, to be written', 'write("out/up/written.txt", "x").then(() => "SECRET")'],
  ['a link to a file outside, to be overwritten', 'write("out/link.txt", "x").then(() => "SECRET")'],
  ['a device', 'write("/dev/null", "x").then(() => "SECRET")'],
  ['folders outside', 'fs.mkdir("out/../../made", { recursive: true }).then(() => "SECRET")'],
  ['removing its own folder', 'fs.rm("/app", { recursive: true, force: true }).then(() => "SECRET")'],
  ['removing a file outside', 'fs.rm("out/up/secret.txt").then(() => "SECRET")'],
  ['removing a folder with what must stay', 'fs.rm("out/keep", { recursive: true }).then(() => "SECRET")'],
  ['a pipe', 'read("data/pipe").then(() => "SECRET")'],
];

export const packageAttempts: readonly (readonly [name: string, expression: string])[] = [
  ['exports that lead out', 'import("p/out").then((m) => m.default)'],
  ['exports with an absolute name', 'import("p/absolute").then((m) => m.default)'],
  ['exports with a pattern that leads out', 'import("p/any/../../../../outside").then((m) => m.default)'],
  ['exports with a condition that leads out', 'import("p/nested").then((m) => m.default)'],
  ['a main file that leads out', 'import("q").then((m) => m.default)'],
  ['a package by a path', 'import("p/../../../outside.js").then((m) => m.default)'],
  ['a package of the parent folder by dots', 'import("../node_modules/../outside.js").then((m) => m.default)'],
  ['imports of a package', 'import("#out").then((m) => m.default)'],
  ['a package that is forbidden', 'import("forbidden").then((m) => m.default)'],
  ['a forbidden package through another', 'import("p/through").then((m) => m.default)'],
  ['a package whose manifest is a pipe', 'import("piped").then((m) => "SECRET")'],
  ['a name that is no package', 'import("__proto__").then((m) => "SECRET")'],
];

export const networkAttempts = ({ open, closed }: Reach): readonly (readonly [name: string, expression: string])[] => {
  const base = `http://127.0.0.1:${open}`;
  const url = (text: string) => `get(${JSON.stringify(text)})`;
  return [
    ['another port', url(`http://127.0.0.1:${closed}/open/`)],
    ['another path', url(`${base}/private`)],
    ['dots', url(`${base}/open/../private`)],
    ['dots in disguise', url(`${base}/open/%2e%2e/private`)],
    ['dots with backslashes', url(`${base}/open\\..\\private`)],
    ['another method', `get("${base}/open/a", { method: "POST", body: "x" })`],
    [
      'a method with a line in it',
      `get("${base}/open/a", { method: "GET /private HTTP/1.1\\r\\nx: y\\r\\n\\r\\nGET" })`,
    ],
    ['CONNECT', `get("${base}/open/a", { method: "CONNECT" })`],
    ['TRACE', `get("${base}/open/a", { method: "TRACE" })`],
    ['a redirect to another server', url(`${base}/open/redirect?http://127.0.0.1:${closed}/open/`)],
    ['a redirect without a scheme', url(`${base}/open/redirect?//127.0.0.1:${closed}/open/`)],
    ['a redirect to another path', url(`${base}/open/redirect?/private`)],
    ['a redirect to a file', url(`${base}/open/redirect?file:///etc/passwd`)],
    ['a redirect to nonsense', url(`${base}/open/redirect?http://[`)],
    ['a user name that looks like the host', url(`http://127.0.0.1:${open}@127.0.0.1:${closed}/open/`)],
    ['a decimal address', url(`http://2130706433:${closed}/open/`)],
    ['a hexadecimal address', url(`http://0x7f.1:${closed}/open/`)],
    ['an octal address', url(`http://0177.0.0.1:${closed}/open/`)],
    ['an address of IPv6', url(`http://[::ffff:127.0.0.1]:${closed}/open/`)],
    ['any address', url(`http://0.0.0.0:${closed}/open/`)],
    ['the name of this machine', url(`http://localhost:${closed}/open/`)],
    ['a name with a dot behind', url(`http://localhost.:${closed}/open/`)],
    ['white space in the address', url(`http://127.0.0.1:${closed}/\topen/\n`)],
    ['a backslash for a slash', url(`http:\\\\127.0.0.1:${closed}\\open\\`)],
    ['full-width digits', url(`http://１２７.0.0.1:${closed}/open/`)],
    ['another scheme', url(`ftp://127.0.0.1:${closed}/open/`)],
    ['a file', url('file:///etc/passwd')],
    ['a socket file', url('http+unix://%2Ftmp%2Fx/open/')],
    [
      'a header that is another request',
      `get("${base}/open/a", { headers: { x: "a\\r\\n\\r\\nGET /private HTTP/1.1" } })`,
    ],
    ['the Host header', `get("${base}/open/a", { headers: { host: "127.0.0.1:${closed}" } })`],
    [
      'an address that changes',
      `let n = 0; return get({ toString: () => (n++ ? "http://127.0.0.1:${closed}/" : "${base}/open/a") })`,
    ],
    [
      'the door itself, with more than it takes',
      `get({ toString: () => "${base}/private" }, { redirect: "follow", dispatcher: {} })`,
    ],
  ];
};

export const otherAttempts: readonly (readonly [name: string, expression: string])[] = [
  ['a variable that is not allowed', 'apex.env("APEX_HOSTILE_SECRET")'],
  ['a variable with a zero', 'apex.env("ALLOWED\\0APEX_HOSTILE_SECRET")'],
  ['a variable with a star', 'apex.env("*")'],
  ['what every object has, as a variable', 'apex.env("__proto__").then((v) => (v === null ? "" : "SECRET"))'],
  ['a key of others', 'apex.store.get("others/key")'],
  ['a key with dots', 'apex.store.get("mine/../others/key")'],
  ['all keys', 'apex.store.keys().then((keys) => "SECRET " + keys)'],
  ['a key that everything has', 'apex.store.get("mine/__proto__").then((v) => (v === null ? "" : "SECRET"))'],
  ['a program that nobody named', 'apex.run("sh", ["-c", "echo SECRET"]).then((r) => r.stdout)'],
  ['a program by its path', 'apex.run("/bin/echo", ["SECRET"]).then((r) => r.stdout)'],
  ['a program that everything has', 'apex.run("constructor", []).then((r) => "SECRET")'],
  ['other arguments', 'apex.run("echo", ["hello", "SECRET"]).then((r) => r.stdout)'],
  ['arguments in one', 'apex.run("echo", ["hello SECRET"]).then((r) => r.stdout)'],
  ['a shell in an argument', 'apex.run("echo", ["hello;", "cat", "/app/data/secret.txt"]).then((r) => r.stdout)'],
  ['a channel of others', 'apex.channel("others").send({}).then(() => "SECRET")'],
  ['listening to others', 'apex.channel("others").subscribe().then(() => "SECRET")'],
];
