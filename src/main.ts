#!/usr/bin/env node
/** The program: hands its arguments to the command line. Main thread. */
import { runCommandLine } from './main/cli/index.js';

await runCommandLine(process.argv);
