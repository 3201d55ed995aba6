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
 * <p>How to log in comes from Ansible's variables {@code ansible_host}, {@code ansible_port},
 * {@code ansible_user}, {@code ansible_ssh_private_key_file} and {@code ansible_ssh_common_args};
 * of the latter we honour jumps, files and the time to connect, and refuse what would weaken a
 * login. An inventory holds no secrets, because every run directory has a copy of it.
 *
 * <p>Under {@code slablab}: {@code java}, {@code workdir}, {@code reserve_cpus}, {@code
 * advertise_address}, {@code tunnel}, {@code tags} and {@code max_parallel_trials} (1). As in
 * Ansible, a map that a host sets replaces the one of its group as a whole.
 *
 * <p>{@code tunnel: true} stands at a host that cannot reach the coordinator, or cannot be reached
 * but by SSH, as one behind NAT or a jump. A coordinator has one address; where one host needs the
 * tunnel, it listens on its loopback, and all hosts of the campaign find it through their SSH
 * connections.
 *
 * <p>Immutable records; nothing here touches files or threads.
 */
@NullMarked
package io.slablab.coordinator.inventory;

import org.jspecify.annotations.NullMarked;
