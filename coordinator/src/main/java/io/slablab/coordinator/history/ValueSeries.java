package io.slablab.coordinator.history;

import io.slablab.coordinator.store.index.StoredSeries.Key;
import io.slablab.coordinator.store.index.StoredSeries.Night;
import java.util.List;

/**
 * Logarithms of one thing, night by night; NaN where there is none.
 *
 * @param values one per night
 */
record ValueSeries(Key key, List<Night> nights, double[] values) {}
