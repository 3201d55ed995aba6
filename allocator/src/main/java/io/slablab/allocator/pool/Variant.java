package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.pool.ObjectType.Form;
import java.util.Arrays;
import java.util.Optional;

/** The designs that a suite can name. */
public enum Variant {
  BASELINE(
      "baseline", "each object's per-CPU memory is allocated and freed in every life", Form.RAW),
  CTOR_DTOR(
      "ctor-dtor",
      "free slab objects keep their per-CPU memory, from constructor to destructor",
      Form.CONSTRUCTED);

  private final String id;
  private final String description;
  private final Form form;

  Variant(String id, String description, Form form) {
    this.id = id;
    this.description = description;
    this.form = form;
  }

  /** The name in suites. */
  public String id() {
    return id;
  }

  /** One line for a list of designs. */
  public String description() {
    return description;
  }

  /** The form an object type must have under this design. */
  public Form form() {
    return form;
  }

  /** The design of a name, if there is one. */
  public static Optional<Variant> of(String id) {
    return Arrays.stream(values()).filter(variant -> variant.id.equals(id)).findFirst();
  }

  /**
   * Opens a pool of a type under this design. A type that has no per-CPU memory has form RAW under
   * every design.
   *
   * @throws IllegalArgumentException when the type is written for another design
   */
  public ObjectPool open(Cpu cpu, AllocatorStack stack, ObjectType type) {
    if (type.form() == Form.RAW && (this == BASELINE || type.percpuBytes() == 0)) {
      return BaselinePool.create(cpu, stack, type);
    }
    if (type.form() != form) {
      throw new IllegalArgumentException(
          "object type of another design: variant=" + id + " form=" + type.form());
    }
    return CtorDtorPool.create(cpu, stack, type);
  }
}
