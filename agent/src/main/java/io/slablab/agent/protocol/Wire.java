package io.slablab.agent.protocol;

/** Marks what may cross a JVM border; bound to the CBOR serialiser in {@link ClusterConfig}. */
public interface Wire {}
