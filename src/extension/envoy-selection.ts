import type { EnvoyPatch } from './envoy-patch';

/** The operations of Istio that some object of Envoy's configuration allows. */
export type Operation = 'ADD' | 'MERGE' | 'MERGE_AND_REPLACE_LIST' | 'REMOVE' | 'REPLACE' | 'INSERT_BEFORE' | 'INSERT_AFTER' | 'INSERT_FIRST';

/** A part of Envoy's configuration, by its names in Envoy's API. */
type Value = { readonly [key: string]: any };

/**
 * The objects that a match selects.
 *
 * @internal
 */
export interface EnvoySelected {
  /** Makes the patch. All but a removal have a value. */
  readonly patch: (operation: Operation, value?: Value, filterClass?: EnvoyFilterClass) => EnvoyPatch;
  /** Refuses a match that names no filter, where there is nothing done without. */
  readonly needsName: (verb: string) => void;
}

/**
 * A place for a filter among those of Istio.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-Patch-FilterClass
 */
export enum EnvoyFilterClass {
  /** After Istio's authentication. */
  AUTHN = 'AUTHN',
  /** After Istio's authorization. */
  AUTHZ = 'AUTHZ',
  /** Before Istio's statistics. */
  STATS = 'STATS',
}

/** What can be done with all that are no filters. */
abstract class MergeSelection {
  /** @internal */
  protected _selected!: EnvoySelected;

  protected constructor() {}

  /** @internal */
  protected _on(selected: EnvoySelected): this {
    this._selected = selected; // a parameter of the constructor would be part of the API
    return this;
  }

  /**
   * Changes what the value has and leaves the rest. Its lists are added to those that are there.
   *
   * @param value a part of such an object, by the names that Envoy's API has
   * @throws when it is no JSON object
   */
  public merge(value: { readonly [key: string]: any }): EnvoyPatch {
    return this._selected.patch('MERGE', value);
  }

  /**
   * Changes what the value has and leaves the rest. Its lists replace those that are there. From Istio 1.31 on.
   *
   * @param value a part of such an object, by the names that Envoy's API has
   * @throws when it is no JSON object
   */
  public mergeAndReplaceList(value: { readonly [key: string]: any }): EnvoyPatch {
    return this._selected.patch('MERGE_AND_REPLACE_LIST', value);
  }
}

/**
 * Objects of Envoy's configuration that can be changed, neither added nor removed: route configurations.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-Patch-Operation
 */
export class EnvoySelection extends MergeSelection {
  /** @internal */
  public static _of(selected: EnvoySelected): EnvoySelection {
    return new EnvoySelection()._on(selected);
  }

  private constructor() {
    super();
  }
}

/**
 * Routes in Envoy's configuration. They can't be removed, and are added by inserting them.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-Patch-Operation
 */
export class EnvoyRouteSelection extends MergeSelection {
  /** @internal */
  public static _of(selected: EnvoySelected): EnvoyRouteSelection {
    return new EnvoyRouteSelection()._on(selected);
  }

  private constructor() {
    super();
  }

  /**
   * Inserts a route before the first one that matches.
   *
   * @param value the route, by the names that Envoy's API has
   * @throws when it is no JSON object
   */
  public insertBefore(value: { readonly [key: string]: any }): EnvoyPatch {
    return this._selected.patch('INSERT_BEFORE', value);
  }

  /**
   * Inserts a route after the first one that matches.
   *
   * @param value the route, by the names that Envoy's API has
   * @throws when it is no JSON object
   */
  public insertAfter(value: { readonly [key: string]: any }): EnvoyPatch {
    return this._selected.patch('INSERT_AFTER', value);
  }

  /**
   * Inserts a route before all others, if one matches.
   *
   * @param value the route, by the names that Envoy's API has
   * @throws when it is no JSON object
   */
  public insertFirst(value: { readonly [key: string]: any }): EnvoyPatch {
    return this._selected.patch('INSERT_FIRST', value);
  }
}

/** What can be done with what may be there or not. */
abstract class ObjectSelection extends MergeSelection {
  /**
   * Adds an object.
   *
   * @param value the object, by the names that Envoy's API has
   * @throws when it is no JSON object
   */
  public add(value: { readonly [key: string]: any }): EnvoyPatch {
    return this._selected.patch('ADD', value);
  }

  /**
   * Removes what matches.
   */
  public remove(): EnvoyPatch {
    return this._selected.patch('REMOVE');
  }
}

/**
 * Objects of Envoy's configuration that can be added and removed: listeners, chains of filters and clusters.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-Patch-Operation
 */
export class EnvoyObjectSelection extends ObjectSelection {
  /** @internal */
  public static _of(selected: EnvoySelected): EnvoyObjectSelection {
    return new EnvoyObjectSelection()._on(selected);
  }

  private constructor() {
    super();
  }
}

/**
 * Virtual hosts in Envoy's configuration.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-Patch-Operation
 */
export class EnvoyVirtualHostSelection extends ObjectSelection {
  /** @internal */
  public static _of(selected: EnvoySelected): EnvoyVirtualHostSelection {
    return new EnvoyVirtualHostSelection()._on(selected);
  }

  private constructor() {
    super();
  }

  /**
   * Replaces what matches.
   *
   * @param value the virtual host, by the names that Envoy's API has
   * @throws when it is no JSON object
   */
  public replace(value: { readonly [key: string]: any }): EnvoyPatch {
    return this._selected.patch('REPLACE', value);
  }
}
