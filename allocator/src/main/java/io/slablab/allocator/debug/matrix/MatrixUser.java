package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.ObjectType;
import io.slablab.allocator.tc.TcAction;
import io.slablab.allocator.tc.TcActionOps;

/** Whose objects are watched. */
public enum MatrixUser {
  MM {
    @Override
    Life open(Cpu cpu, AllocatorStack stack, MatrixDesign design) {
      MmStruct mms = MmStruct.of(cpu, stack, design.variant().form(), design.faithful());
      return new Life(mms, (by, mm) -> mms.fault(by, mm, MmStruct.ANON_PAGES, 3));
    }
  },
  TC {
    @Override
    Life open(Cpu cpu, AllocatorStack stack, MatrixDesign design) {
      TcAction actions =
          TcAction.of(stack, TcActionOps.GACT, design.variant().form(), true, design.faithful());
      return new Life(actions, (by, action) -> actions.count(by, action, 1500));
    }
  };

  /**
   * @param type what lives
   * @param use what a CPU does to one in the middle of its life
   */
  record Life(ObjectType type, Use use) {}

  @FunctionalInterface
  interface Use {
    void by(Cpu cpu, long object);
  }

  abstract Life open(Cpu cpu, AllocatorStack stack, MatrixDesign design);
}
