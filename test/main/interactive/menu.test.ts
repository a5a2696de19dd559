import { PassThrough } from 'node:stream';
import test from 'ava';
import { Keyboard } from '#hawser/main/interactive/keyboard.js';
import { Menu } from '#hawser/main/interactive/menu.js';

interface Seat {
  readonly menu: Menu;
  readonly keyboard: Keyboard;
  readonly type: (text: string) => void;
  readonly end: () => void;
  readonly shown: () => string;
}

function sitDown(file?: string): Seat {
  const input = new PassThrough();
  const output = new PassThrough({ encoding: 'utf8' });
  const keyboard = new Keyboard(input, output);
  let shown = '';
  output.on('data', (text: string) => (shown += text));
  return {
    menu: new Menu(keyboard, output, file),
    keyboard,
    type: (text) => input.write(text),
    end: () => input.end(),
    shown: () => shown,
  };
}

test('0 sends the file that was named at the start', async (t) => {
  const { menu, type } = sitDown('picture.jpg');
  type('0\n');
  t.deepEqual(await menu.choose(), { kind: 'send', path: 'picture.jpg' });
});

test('0 asks which file, if none was named; an empty answer goes back to the menu', async (t) => {
  const { menu, type, shown } = sitDown();
  type('0\n\n0\n  some file.txt \n');
  t.deepEqual(await menu.choose(), { kind: 'send', path: 'some file.txt' });
  t.is(shown().split('file: ').length, 3);
});

test('1 ends the connection, and so does the end of the input', async (t) => {
  const { menu, type, end } = sitDown('a');
  type('1\n');
  t.deepEqual(await menu.choose(), { kind: 'end' });
  end();
  t.deepEqual(await menu.choose(), { kind: 'end' });
});

test('anything else is answered with what there is to choose', async (t) => {
  const { menu, type, shown } = sitDown('a');
  type('2\nhelp\n\n 1 \n');
  t.deepEqual(await menu.choose(), { kind: 'end' });
  t.true(shown().includes('"2" is not in the menu: type 0 or 1.'));
  t.true(shown().includes('"help" is not in the menu'));
  t.is(shown().split('1  end the connection').length, 5);
});

test('what is typed ahead waits for its question', async (t) => {
  const { menu, type } = sitDown('a');
  type('0\n0\n1\n');
  t.is((await menu.choose()).kind, 'send');
  t.is((await menu.choose()).kind, 'send');
  t.is((await menu.choose()).kind, 'end');
});

test('closing the keyboard ends a pending question', async (t) => {
  const { menu, keyboard } = sitDown('a');
  const choosing = menu.choose();
  keyboard.close();
  t.deepEqual(await choosing, { kind: 'end' });
});
