/** The package as somebody has it who installed it: packed, and unpacked into an empty project. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Of any command: a machine that does other things too has ended it by then, or it never will. */
const LIMIT_MS = 80_000;

const execute = promisify(execFile);
const run = (file: string, args: string[], { cwd }: { readonly cwd?: string } = {}) =>
  execute(file, args, { timeout: LIMIT_MS, ...(cwd !== undefined && { cwd }) });
const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** What is installed beside it: its dependencies, and what compiling takes. */
const BESIDE = ['piscina', 'commander', 'pure-rand', 'koffi', '@node-rs', '@types', 'typescript'];

export interface Example {
  /** `name.mjs`, as its first line says, or `name.ts`. */
  readonly name: string;
  readonly text: string;
}

export class InstalledPackage {
  private constructor(readonly folder: string) {}

  static async install(): Promise<InstalledPackage> {
    const folder = await mkdtemp(join(tmpdir(), 'hawser-installed-'));
    const packed = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
    const { stdout } = await run('npm', packed, { cwd: root });
    const target = join(folder, 'node_modules', 'hawser');
    await mkdir(target, { recursive: true });
    const archive = join(folder, stdout.trim());
    await run('tar', ['-xzf', archive, '-C', target, '--strip-components=1']);
    for (const name of BESIDE) {
      await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    return new InstalledPackage(folder);
  }

  /** Type-checks the files: TypeScript strictly, JavaScript as far as it goes; and compiles them. */
  async compile(names: readonly string[]): Promise<void> {
    const compiler = join(this.folder, 'node_modules', 'typescript', 'bin', 'tsc');
    const typed = names.filter((name) => name.endsWith('.ts'));
    const plain = names.filter((name) => !name.endsWith('.ts'));
    const common = ['--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    const inFolder = { cwd: this.folder };
    await run(process.execPath, [compiler, ...common, '--strict', ...typed], inFolder);
    // The declarations of the package have been checked by then.
    const lenient = ['--allowJs', '--checkJs', '--noEmit', '--strict', 'false', '--skipLibCheck'];
    await run(process.execPath, [compiler, ...common, ...lenient, ...plain], inFolder);
  }

  async write({ name, text }: Example): Promise<void> {
    await writeFile(join(this.folder, name), text);
  }

  /** What the program prints. */
  async run(name: string): Promise<string> {
    const program = join(this.folder, name.replace(/\.ts$/, '.js'));
    const { stdout } = await run(process.execPath, [program]);
    return stdout;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

/** The programs in the README and in docs/api: code that begins with its file's name. */
export async function examples(): Promise<readonly Example[]> {
  const pages = (await readdir(join(root, 'docs', 'api'))).map((page) => join('docs', 'api', page));
  const texts = await Promise.all(
    ['README.md', ...pages].map((page) => readFile(join(root, page), 'utf8')),
  );
  return texts.flatMap((text) =>
    [...text.matchAll(/^```[jt]s\n(\/\/ (\S+\.(?:mjs|ts))[^]*?)^```$/gm)].map(([, code, name]) => ({
      name,
      text: code,
    })),
  );
}
