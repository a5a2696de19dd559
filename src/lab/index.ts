/**
 * `hawser/lab`: explores the interleavings of code that shares memory between threads. Runs in any
 * JavaScript realm; only `stress` and `confirm` need Node's worker threads.
 */
export { check, checkEqual, LabAssertionError } from './assert.js';
export { explore, replay, type Replay } from './explore.js';
export { Exploration } from './exploration.js';
export type { MemoryBuilder } from './memory-builder.js';
export type {
  ExploreOptions,
  Mode,
  Progress,
  RunOptions,
  SearchOptions,
  TimeoutPolicy,
} from './options.js';
export {
  defineProgram,
  type AnyProgram,
  type Program,
  type ProgramDefinition,
  type Results,
  type ThreadContext,
  type ThreadFunction,
} from './program.js';
export type { Cut, Failure, FailureKind, Report } from './report.js';
export {
  confirm,
  stress,
  type Confirmation,
  type ConfirmOptions,
  type StressOptions,
  type StressReport,
} from './real-threads.js';
export { session, Session, type NextStep, type SessionState } from './session.js';
export { formatTrace } from './trace/format.js';
export type { Trace, TraceEvent } from './trace/trace.js';
