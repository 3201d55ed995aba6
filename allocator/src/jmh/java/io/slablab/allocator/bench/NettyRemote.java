package io.slablab.allocator.bench;

import io.netty.buffer.ByteBuf;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Control;

/** The peer of {@link SlubRemote}: one thread takes 256-byte buffers, another releases them. */
@State(Scope.Group)
public class NettyRemote {
  @Param({"POOLED", "ADAPTIVE"})
  public NettyBuffers design = NettyBuffers.POOLED;

  private final Handover ring = new Handover();
  private final ByteBuf[] buffers = new ByteBuf[Handover.SLOTS];

  @Benchmark
  @Group("nettyRemote")
  public int allocate(OnCpu worker, Control control) {
    int slot = ring.claim(control);
    if (slot < 0) {
      return 0;
    }
    ByteBuf buffer = design.buffers.directBuffer(256, 256);
    buffers[slot] = buffer;
    ring.publish();
    return slot;
  }

  @Benchmark
  @Group("nettyRemote")
  public boolean free(OnCpu worker, Control control) {
    int slot = ring.await(control);
    if (slot < 0) {
      return false;
    }
    ByteBuf buffer = buffers[slot];
    ring.done();
    return buffer.release();
  }
}
