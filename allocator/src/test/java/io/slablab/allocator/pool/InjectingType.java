package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.slub.SlabIter;

/** A type whose constructor fails at the points that are asked for, before it did anything. */
final class InjectingType extends ObjectType {
  private final ObjectType type;
  private final FailurePoints points;

  InjectingType(ObjectType type, FailurePoints points) {
    super(type.form());
    this.type = type;
    this.points = points;
  }

  @Override
  public CacheSpec cache() {
    return type.cache();
  }

  @Override
  public int percpuBytes() {
    return type.percpuBytes();
  }

  @Override
  public int construct(Cpu cpu, long object, int gfp) {
    return points.fails(FailurePoints.Kind.CTOR) ? ENOMEM : type.construct(cpu, object, gfp);
  }

  @Override
  public int constructMany(Cpu cpu, SlabIter objects, int gfp) {
    return points.fails(FailurePoints.Kind.CTOR) ? 0 : type.constructMany(cpu, objects, gfp);
  }

  @Override
  public void destruct(Cpu cpu, long object) {
    type.destruct(cpu, object);
  }

  @Override
  public void destructMany(Cpu cpu, SlabIter objects) {
    type.destructMany(cpu, objects);
  }

  @Override
  public int begin(Cpu cpu, long object, int gfp) {
    return type.begin(cpu, object, gfp);
  }

  @Override
  public void end(Cpu cpu, long object) {
    type.end(cpu, object);
  }

  @Override
  public void close(Cpu cpu) {
    type.close(cpu);
  }
}
