import type { EnvoyPatch } from './envoy-patch';
import { EnvoyFilterClass, EnvoySelected } from './envoy-selection';
import { member, noUnknown, object } from '../private/check';
import { given } from '../private/render';

/**
 * Options of adding a filter.
 */
export interface AddEnvoyFilterOptions {
  /**
   * Its place among the filters of Istio.
   *
   * @default - at the end
   */
  readonly filterClass?: EnvoyFilterClass;
}

/** What can be done with all filters. */
abstract class FilterSelection {
  /** @internal */
  protected _selected!: EnvoySelected;

  protected constructor() {}

  /** @internal */
  protected _on(selected: EnvoySelected): this {
    this._selected = selected; // a parameter of the constructor would be part of the API
    return this;
  }

  /**
   * Inserts a filter before the first one that matches.
   *
   * @param value the filter, by the names that Envoy's API has
   * @throws when it is no JSON object
   */
  public insertBefore(value: { readonly [key: string]: any }): EnvoyPatch {
    return this._selected.patch('INSERT_BEFORE', value);
  }

  /**
   * Inserts a filter after the first one that matches.
   *
   * @param value the filter, by the names that Envoy's API has
   * @throws when it is no JSON object
   */
  public insertAfter(value: { readonly [key: string]: any }): EnvoyPatch {
    return this._selected.patch('INSERT_AFTER', value);
  }

  /**
   * Inserts a filter before all others.
   *
   * @param value the filter, by the names that Envoy's API has
   * @throws when it is no JSON object
   */
  public insertFirst(value: { readonly [key: string]: any }): EnvoyPatch {
    return this._selected.patch('INSERT_FIRST', value);
  }

  /**
   * Removes the filter that the match names.
   *
   * @throws when it names none
   */
  public remove(): EnvoyPatch {
    this._selected.needsName('remove');
    return this._selected.patch('REMOVE');
  }
}

/**
 * Filters that a listener has before its chains.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-Patch-Operation
 */
export class EnvoyListenerFilterSelection extends FilterSelection {
  /** @internal */
  public static _of(selected: EnvoySelected): EnvoyListenerFilterSelection {
    return new EnvoyListenerFilterSelection()._on(selected);
  }

  private constructor() {
    super();
  }

  /**
   * Adds a filter, which comes last.
   *
   * @param value the filter, by the names that Envoy's API has
   * @throws when it is no JSON object
   */
  public add(value: { readonly [key: string]: any }): EnvoyPatch {
    return this._selected.patch('ADD', value);
  }

  /**
   * Changes what the value has in the filter that the match names, and leaves the rest.
   *
   * @param value a part of the filter, by the names that Envoy's API has
   * @throws when the match names no filter, or the value is no JSON object
   */
  public merge(value: { readonly [key: string]: any }): EnvoyPatch {
    this._selected.needsName('merge into');
    return this._selected.patch('MERGE', value);
  }
}

/**
 * Filters in a chain: network filters, or HTTP filters in Envoy's HTTP connection manager.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-Patch-Operation
 */
export class EnvoyFilterSelection extends FilterSelection {
  /** @internal */
  public static _of(selected: EnvoySelected): EnvoyFilterSelection {
    return new EnvoyFilterSelection()._on(selected);
  }

  private constructor() {
    super();
  }

  /**
   * Adds a filter.
   *
   * @param value the filter, by the names that Envoy's API has
   * @param options its place
   * @throws when it is no JSON object
   */
  public add(value: { readonly [key: string]: any }, options: AddEnvoyFilterOptions = {}): EnvoyPatch {
    const where = 'the options of adding a filter';
    const { filterClass, ...rest } = object(where, options);
    noUnknown(where, rest);
    return this._selected.patch('ADD', value, given(filterClass, (name) => member(`the filterClass of ${where}`, name, EnvoyFilterClass)));
  }

  /**
   * Changes what the value has and leaves the rest, in each filter that matches.
   *
   * @param value a part of the filter, by the names that Envoy's API has
   * @throws when it is no JSON object
   */
  public merge(value: { readonly [key: string]: any }): EnvoyPatch {
    return this._selected.patch('MERGE', value);
  }

  /**
   * Replaces the filter that the match names.
   *
   * @param value the filter, by the names that Envoy's API has
   * @throws when the match names no filter, or the value is no JSON object
   */
  public replace(value: { readonly [key: string]: any }): EnvoyPatch {
    this._selected.needsName('replace');
    return this._selected.patch('REPLACE', value);
  }
}
