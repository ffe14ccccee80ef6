/**
 * A type of the bindings as a manifest has it: enums as their values, and what is a number or a text as one of them.
 */
export type Wire<T> =
  T extends string ? `${T}`
    : T extends Date ? string
      : keyof T extends 'value' ? Wire<T['value' & keyof T]>
        : T extends object ? { readonly [K in keyof T]: Wire<T[K]> } : T;
