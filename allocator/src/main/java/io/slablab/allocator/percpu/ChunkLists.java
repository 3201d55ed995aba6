package io.slablab.allocator.percpu;

import org.jspecify.annotations.Nullable;

/** Chunks by slot, doubly linked; under {@code pcpu_lock}. */
final class ChunkLists {
  final Slots slots;
  private final @Nullable Chunk[] head;
  private final @Nullable Chunk[] tail;

  ChunkLists(Slots slots) {
    this.slots = slots;
    this.head = new Chunk[slots.count];
    this.tail = new Chunk[slots.count];
  }

  @Nullable Chunk first(int slot) {
    return head[slot];
  }

  void add(Chunk chunk, int slot, boolean atHead) {
    chunk.slot = slot;
    if (atHead) {
      chunk.prev = null;
      chunk.next = head[slot];
      if (chunk.next == null) {
        tail[slot] = chunk;
      } else {
        chunk.next.prev = chunk;
      }
      head[slot] = chunk;
    } else {
      chunk.next = null;
      chunk.prev = tail[slot];
      if (chunk.prev == null) {
        head[slot] = chunk;
      } else {
        chunk.prev.next = chunk;
      }
      tail[slot] = chunk;
    }
  }

  void remove(Chunk chunk) {
    if (chunk.prev == null) {
      head[chunk.slot] = chunk.next;
    } else {
      chunk.prev.next = chunk.next;
    }
    if (chunk.next == null) {
      tail[chunk.slot] = chunk.prev;
    } else {
      chunk.next.prev = chunk.prev;
    }
    chunk.next = null;
    chunk.prev = null;
  }

  /**
   * To where its largest run belongs: the head when it got freer, else the tail.
   *
   * @return whether it moved
   */
  boolean relocate(Chunk chunk) {
    int slot = slots.of(chunk.map);
    if (slot == chunk.slot) {
      return false;
    }
    move(chunk, slot, slot > chunk.slot);
    return true;
  }

  /** To the head of slot 0, where no search looks. */
  void demote(Chunk chunk) {
    move(chunk, 0, true);
  }

  void move(Chunk chunk, int slot, boolean atHead) {
    remove(chunk);
    add(chunk, slot, atHead);
  }
}
