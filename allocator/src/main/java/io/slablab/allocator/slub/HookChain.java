package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several hooks as one: in order on the way to the user, in reverse order on the way back. */
final class HookChain extends ObjectHooks {
  private final ObjectHooks[] hooks;

  private HookChain(List<ObjectHooks> hooks) {
    this.hooks = hooks.toArray(ObjectHooks[]::new);
  }

  static @Nullable ObjectHooks of(List<ObjectHooks> hooks) {
    return switch (hooks.size()) {
      case 0 -> null;
      case 1 -> hooks.getFirst();
      default -> new HookChain(hooks);
    };
  }

  @Override
  public long beforeAlloc(Cpu cpu, int gfp, int node) {
    for (ObjectHooks hook : hooks) {
      long answer = hook.beforeAlloc(cpu, gfp, node);
      if (answer != PASS) {
        return answer;
      }
    }
    return PASS;
  }

  @Override
  int admit(Cpu cpu, long object, int gfp) {
    for (int i = 0; i < hooks.length; i++) {
      if (!hooks[i].afterAlloc(cpu, object, gfp)) {
        return returned(cpu, object, i) ? KEPT : REFUSED;
      }
    }
    return ADMITTED;
  }

  @Override
  public boolean beforeFree(Cpu cpu, long object) {
    return returned(cpu, object, hooks.length);
  }

  /** Through the first {@code count} hooks, backwards, until one keeps it. */
  private boolean returned(Cpu cpu, long object, int count) {
    for (int i = count - 1; i >= 0; i--) {
      if (hooks[i].beforeFree(cpu, object)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void slabMade(Cpu cpu, long base, int bytes) {
    for (ObjectHooks hook : hooks) {
      hook.slabMade(cpu, base, bytes);
    }
  }

  @Override
  public void slabGone(Cpu cpu, long base, int bytes) {
    for (int i = hooks.length - 1; i >= 0; i--) {
      hooks[i].slabGone(cpu, base, bytes);
    }
  }

  @Override
  public void beforeCtor(Cpu cpu, long object, int gfp) {
    for (ObjectHooks hook : hooks) {
      hook.beforeCtor(cpu, object, gfp);
    }
  }

  @Override
  public void afterCtor(Cpu cpu, long object, boolean made) {
    for (int i = hooks.length - 1; i >= 0; i--) {
      hooks[i].afterCtor(cpu, object, made);
    }
  }

  @Override
  public void beforeDtor(Cpu cpu, long object) {
    for (ObjectHooks hook : hooks) {
      hook.beforeDtor(cpu, object);
    }
  }

  @Override
  public void afterDtor(Cpu cpu, long object) {
    for (int i = hooks.length - 1; i >= 0; i--) {
      hooks[i].afterDtor(cpu, object);
    }
  }

  @Override
  public void cacheGone(Cpu cpu) {
    for (ObjectHooks hook : hooks) {
      hook.cacheGone(cpu);
    }
  }

  @Override
  public void purge(Cpu cpu) {
    for (ObjectHooks hook : hooks) {
      hook.purge(cpu);
    }
  }
}
