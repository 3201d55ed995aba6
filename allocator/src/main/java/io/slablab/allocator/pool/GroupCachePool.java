package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import java.util.function.LongConsumer;

/**
 * Constructed objects shared by groups of neighbouring CPUs of one node: Mateusz Guzik's proposal.
 * A miss takes a raw object from the slab cache and constructs it; what a group has too much is
 * destructed by queued work, never on the path of the caller that frees.
 *
 * <p>What a group keeps stays charged to whom it was charged when it left its slab: the price of a
 * cache above the slab allocator.
 *
 * <p>Idle objects <= groups x capacity, instead of CPUs x slabs.
 */
final class GroupCachePool extends SlabPool {
  private static final LockClass GROUP_LOCK =
      LockClass.leaf("group_cache_lock", LockClass.Kind.SPIN_IRQSAVE, 0);

  /** Objects a group keeps, per CPU in it. */
  private static final int OBJECTS_PER_CPU = 4;

  private final ObjectGroup[] groups;
  private final ObjectGroup[] groupOfCpu;
  private final Machine machine;

  private GroupCachePool(Cpu cpu, AllocatorStack stack, ObjectType type, int cpusPerGroup) {
    super(stack, type, stack.createCache(cpu, type, ObjectLife.BY_POOL));
    this.machine = stack.machine();
    int capacity = OBJECTS_PER_CPU * cpusPerGroup;
    this.groupOfCpu = new ObjectGroup[machine.possibleCpus()];
    this.groups =
        CpuGroups.of(machine, cpusPerGroup).stream()
            .map(members -> newGroup(members, capacity))
            .toArray(ObjectGroup[]::new);
    stack.debug().kmemleak().ifPresent(leaks -> leaks.addRoots(this::forEachIdle));
  }

  /** To the slab cache they are in use, and no object refers to them. */
  private void forEachIdle(LongConsumer each) {
    for (ObjectGroup group : groups) {
      group.forEach(each);
    }
  }

  private ObjectGroup newGroup(int[] members, int capacity) {
    ObjectGroup group =
        new ObjectGroup(machine.spinLock(GROUP_LOCK), capacity, this::destructAndFree);
    for (int id : members) {
      groupOfCpu[id] = group;
    }
    return group;
  }

  /** A call by this name loads no other design. */
  static ObjectPool create(Cpu cpu, AllocatorStack stack, ObjectType type, int cpusPerGroup) {
    return new GroupCachePool(cpu, stack, type, cpusPerGroup);
  }

  @Override
  long take(Cpu cpu, int gfp) {
    long object = groupOfCpu[cpu.id()].pop(cpu);
    return object != 0 ? object : constructFresh(cpu, gfp);
  }

  private long constructFresh(Cpu cpu, int gfp) {
    long object = cache.alloc(cpu, gfp);
    if (object != 0 && type.construct(cpu, object, gfp) != 0) {
      cache.free(cpu, object);
      return 0;
    }
    return object;
  }

  @Override
  void giveBack(Cpu cpu, long object) {
    groupOfCpu[cpu.id()].push(cpu, object);
  }

  private void destructAndFree(Cpu cpu, long object) {
    type.destruct(cpu, object);
    cache.free(cpu, object);
  }

  @Override
  void trimFront(Cpu cpu) {
    for (ObjectGroup group : groups) {
      group.drain(cpu, 0);
    }
  }

  @Override
  long constructed(long live) {
    long idle = 0;
    for (ObjectGroup group : groups) {
      idle += group.size();
    }
    return live + idle;
  }
}
