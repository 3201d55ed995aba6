/**
 * Brings agents to hosts and takes them away again. In this version the only host is the local one:
 * an agent is a child JVM whose standard input is a life line. When the coordinator goes, however
 * it goes, the agent reads end of file and ends itself and its trial.
 */
@NullMarked
package io.slablab.coordinator.deploy;

import org.jspecify.annotations.NullMarked;
