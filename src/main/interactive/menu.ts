/** The course's menu: 0 sends the file, 1 ends the connection. Main thread. */
import type { CourseCommand } from '../../shared/course/line.js';
import type { Keyboard } from './keyboard.js';

const MENU = `
0  send the file
1  end the connection
> `;

export class Menu {
  constructor(
    private readonly keyboard: Pick<Keyboard, 'ask'>,
    private readonly output: NodeJS.WritableStream,
    /** The file that 0 sends; absent: it asks which. */
    private readonly file: string | undefined,
  ) {}

  /** Asks until there is a choice; the end of the input ends the connection. */
  async choose(): Promise<CourseCommand> {
    for (;;) {
      const choice = await this.keyboard.ask(MENU);
      if (choice === '1' || choice === undefined) return { kind: 'end' };
      const path = choice === '0' ? await this.#path() : undefined;
      if (path !== undefined) return { kind: 'send', path };
      if (choice !== '0') this.output.write(`"${choice}" is not in the menu: type 0 or 1.\n`);
    }
  }

  async #path(): Promise<string | undefined> {
    return this.file ?? ((await this.keyboard.ask('file: ')) || undefined);
  }
}
