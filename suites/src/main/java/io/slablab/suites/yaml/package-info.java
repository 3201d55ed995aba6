/**
 * YAML that people write, read with its places kept.
 *
 * <p>{@link io.slablab.suites.yaml.YamlDocument} composes a text into a tree of values that
 * remember where they stand; a reader asks each value for what it expects there, and whatever does
 * not fit becomes a {@link io.slablab.suites.yaml.Problem} while reading goes on, so that one pass
 * shows everything that is wrong. Scalars are read as text and parsed by the expected type: YAML's
 * own guesses ({@code no} as false, {@code 1:30} as 90) never happen.
 *
 * <p>Hostile text is refused, not expanded: at most 64 Ki characters, nesting of 20, few aliases,
 * no alias within itself, no tags, no merge keys, no duplicate keys.
 *
 * <p>{@link io.slablab.suites.yaml.SuiteReader} reads suites; inventories are read by the
 * coordinator with the same values. Nothing here touches files, and nothing is shared between
 * threads.
 */
@NullMarked
package io.slablab.suites.yaml;

import org.jspecify.annotations.NullMarked;
