/** The examples of docs/wire-format.md are test vectors: neither can change without the other. */
import { readFileSync } from 'node:fs';
import test from 'ava';

interface Vector {
  name: string;
  datagram: string;
}

const vectors = JSON.parse(read('test/vectors/accepted.json')) as Vector[];
const examples = Array.from(
  read('docs/wire-format.md').matchAll(/^```hex\n# (.+)\n([^`]+)^```/gm),
  (example): Vector => ({ name: example[1], datagram: datagramIn(example[2]) }),
);

for (const { name, datagram } of examples) {
  test(`the document shows: ${name}`, (t) => {
    const vector = vectors.find((each) => each.name === name);
    t.is(vector?.datagram, datagram);
  });
}

test('the document has examples', (t) => {
  t.true(examples.length > 0);
});

/** The bytes at the start of each line, without what explains them. */
function datagramIn(lines: string): string {
  const bytes = lines.matchAll(/^((?:[0-9a-f]{2} )+) /gm);
  return Array.from(bytes, ([, line]) => line.replaceAll(' ', '')).join('');
}

function read(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
}
