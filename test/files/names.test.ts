import test from 'ava';
import { parseName, printableName } from '#hawser/shared/files/names.js';
import { reservedBy } from '#hawser/shared/files/reserved-names.js';
import { FileFailure } from '#hawser/shared/files/status.js';
import { GOOD_NAMES, HOSTILE_NAMES } from './support/names.js';

test('there are enough hostile names, and none twice', (t) => {
  t.true(HOSTILE_NAMES.length >= 60);
  t.is(
    new Set(HOSTILE_NAMES.map(([, name]) => Buffer.from(name).toString('hex'))).size,
    HOSTILE_NAMES.length,
  );
});

for (const [what, name] of HOSTILE_NAMES) {
  test(`a name is refused: ${what}`, (t) => {
    const error = t.throws(() => parseName(Buffer.from(name)), { instanceOf: FileFailure });
    t.is(error.status, 'name');
    t.regex(error.message, /^the name is refused: /);
  });
}

for (const name of GOOD_NAMES) {
  test(`a name is taken: ${name.slice(0, 40)}`, (t) => {
    t.deepEqual(parseName(Buffer.from(name)), name.split('/'));
  });
}

for (const name of ['AUX.c', 'C:', 'a\\b', 'x.', 'x ', 'COM1']) {
  test(`by the rules of Unix a name is taken: "${name}"`, (t) => {
    t.deepEqual(parseName(Buffer.from(name), 'posix'), [name]);
  });
}

for (const name of ['..', 'a/../x', '/x', 'a\0b', '\u001b[2J', 'x'.repeat(256)]) {
  test(`by the rules of Unix a name is refused all the same: ${JSON.stringify(name).slice(0, 20)}`, (t) => {
    t.throws(() => parseName(Buffer.from(name), 'posix'), { instanceOf: FileFailure });
  });
}

for (const name of ['a<b', 'a>b', 'a:b', 'a"b', 'a|b', 'a?b', 'a*b', 'PROGRA~1', 'LONGNA~2.TXT']) {
  test(`on Windows a name is refused whatever the rules: ${name}`, (t) => {
    t.is(typeof reservedBy(name, 'posix', 'win32'), 'string');
    t.is(reservedBy(name, 'posix', 'linux'), undefined);
  });
}

test('what is printed of a name moves no cursor and turns no text', (t) => {
  t.is(printableName('a\u001b[2Jb'), 'a\\x1b[2Jb');
  t.is(printableName('doc\u202ecod.exe'), 'doc\\u{202e}cod.exe');
  t.is(printableName('日本語 grüße'), '日本語 grüße');
});
