package io.slablab.coordinator.schedule;

/** What a host's session waits for, each at most once at a time. */
enum Alarm {
  READY,
  ACCEPT,
  TRIAL,
  CANCEL,
  CHUNK,
  COLLECT,
  REJOIN,
  RESTART,
  FAREWELL
}
