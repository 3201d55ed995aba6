/**
 * Which hosts there are: Ansible's YAML inventory, so that one file serves {@code ansible -i} and
 * us.
 *
 * <p>Groups hold {@code hosts}, {@code vars} and {@code children}; the outermost group is {@code
 * all}. A name with a range ({@code n[01:16]}, {@code n[a:f]}, {@code n[0:8:2]}) stands for many
 * hosts. A variable of a host wins over one of its groups, a child group over its parent, of groups
 * at the same depth the one later in the alphabet; {@code all} is weakest. Our own keys lie in the
 * variable {@code slablab}; every other variable is kept as text and otherwise left alone.
 *
 * <p>Patterns select hosts as Ansible's do: parts joined by {@code :} or {@code ,}, {@code !part}
 * takes away, {@code &part} keeps only what is in both, {@code *} and {@code ?} match names of
 * hosts and groups. Unions are made first, then intersections, then exclusions. The result is
 * sorted by name, numbers by value: where a host stands in the file never changes a plan.
 *
 * <p>This version runs campaigns on local hosts only; a pattern that selects another one says so.
 * Immutable records; nothing here touches files or threads.
 */
@NullMarked
package io.slablab.coordinator.inventory;

import org.jspecify.annotations.NullMarked;
