package io.slablab.agent.trial;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** Ties the life of this process to that of its parent. */
final class ParentDeath {
  private static final int PR_SET_PDEATHSIG = 1;
  private static final long SIGKILL = 9;

  private ParentDeath() {}

  /**
   * Lets the kernel kill this process when the thread that started it ends.
   *
   * @throws IllegalStateException when the expected parent is gone already
   */
  static void killsThisProcess(long parentPid) {
    Linker linker = Linker.nativeLinker();
    MethodHandle prctl =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("prctl"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    int answer;
    try {
      answer = (int) prctl.invokeExact(PR_SET_PDEATHSIG, SIGKILL, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    long parent = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(-1L);
    if (answer != 0 || parent != parentPid) {
      throw new IllegalStateException(
          "the agent is gone: parent=" + parent + " expected=" + parentPid);
    }
  }
}
