/** An array of whole numbers from 0 to 10, a `Uint8Array` with such a score in each byte, or text: a list, a table (CSV, TSV, pasted cells) or JSON. */
export type Scores = readonly number[] | Uint8Array | string;

/** Both ends of an interval, unrounded, in points. It is not symmetric. */
export interface Interval {
  /** The lower end; never above the interval's value. */
  readonly low: number;
  /** The upper end; never below that value. */
  readonly high: number;
  /** The confidence level, as a share: 0.95. */
  readonly confidence: number;
}

/** The result of `npsOf`. */
export interface Nps {
  /** 100 · (promoters − detractors) / n, −100 to 100, unrounded; null if nobody answered, which is not an NPS of 0. */
  readonly score: number | null;
  /** The score as it is shown: a whole number, halves rounded away from zero. */
  readonly rounded: number | null;
  /** The score interval of Tango (1998); it contains the score. Null if nobody answered. */
  readonly interval: Interval | null;
  /** The number of answers. */
  readonly n: number;
  /** The number of answers in each category: 9 and 10, 7 and 8, 0 to 6. */
  readonly groups: { readonly promoters: number; readonly passives: number; readonly detractors: number };
  /** How often each score was given, 0 first: eleven numbers. */
  readonly counts: readonly number[];
  /** All of it in a line: `NPS +33, 95% interval −31 to +75, n = 6`. */
  readonly text: string;
  /** How text was read; null for an array or bytes. */
  readonly read: Read | null;
}

/** How text was read. */
export interface Read {
  /** The column that was counted: its heading in quotes, or its number. */
  readonly column: string;
  /** How many lines of it hold no score and were not counted. */
  readonly leftOut: number;
  /** Why, for the first of them, each in a sentence with its line. */
  readonly leftOutLines: readonly string[];
  /** Further remarks, in sentences: title lines, headings, a table of counts. */
  readonly remarks: readonly string[];
}

/** A possible column, as an error of `npsOf` lists it. */
export interface Candidate {
  /** Its heading in quotes, or its number; `options.column` takes it. */
  readonly column: string;
  /** A few of its values. */
  readonly samples: readonly string[];
  /** Its NPS, as shown. */
  readonly rounded: number | null;
  /** Its number of answers. */
  readonly n: number;
}

/** The error of `npsOf` for text that needs a choice, or holds no scores. */
export interface ScoresError extends Error {
  /** The possible columns, the likeliest first; empty if there is nothing to count. */
  readonly candidates: readonly Candidate[];
}

/** The result of `compare`. */
export interface Comparison {
  /** The first score less the second, in points, unrounded. */
  readonly difference: number;
  /** The difference's own interval; it excludes 0 exactly if p is below 0.05. */
  readonly interval: Interval;
  /** How often chance alone gives a difference at least as large: a two-sided score test. Correct it (Holm) if you compare several pairs. */
  readonly p: number;
}

/**
 * The NPS of these scores.
 *
 * Text is read as on the preview page. If several columns could be meant, or the values may be no answers
 * from 0 to 10, it throws a {@link ScoresError} that names them; `options.column` says which.
 *
 * @throws TypeError, RangeError: an element of an array is no score; the message has its index.
 */
export declare function npsOf(scores: Scores, options?: { column?: string }): Promise<Nps>;

/** Whether two scores differ by more than chance: results of `npsOf`, promises of them, or scores. */
export declare function compare(
  first: Scores | Nps | PromiseLike<Nps>,
  second: Scores | Nps | PromiseLike<Nps>,
): Promise<Comparison>;

/** Where a module comes from: an address, a reply, bytes or a compiled module. */
export type ModuleSource =
  | string
  | URL
  | Response
  | BufferSource
  | WebAssembly.Module
  | PromiseLike<Response | BufferSource>;

/** Loads the module `nps.wasm` early, or from elsewhere. The first call decides. */
export declare function load(from?: ModuleSource): Promise<void>;

/** The same for `nps-text.wasm`, which reads text; without this call it is loaded with the first text. */
export declare function loadText(from?: ModuleSource): Promise<void>;
