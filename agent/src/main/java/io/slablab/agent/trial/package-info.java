/**
 * A trial: one variant of one cell, run once in a JVM of its own.
 *
 * <h2>Two sides</h2>
 *
 * The <em>runner</em> ({@link io.slablab.agent.trial.TrialRunner}) lives in the agent. It writes
 * the order into the trial's directory, starts one JMH fork and turns what the fork left into
 * {@code trial.json}. The <em>fork</em> reads the order, pins its workers, drives the workload and
 * writes its own files: {@code latency.hlog}, {@code locks.json}, {@code allocator.json} and the
 * report the runner reads. Every file gets its name only when it is complete and on disk.
 *
 * <h2>Terms</h2>
 *
 * A <em>worker</em> is a thread pinned to one CPU of the placement. An <em>interval</em> is one
 * measured JMH iteration: it starts at a wall-clock multiple of the interval's length and ends a
 * little earlier than the next one, so that counters, histograms and files are handled between
 * windows, never inside one. All of one trial's intervals are its <em>measured window</em>.
 *
 * <h2>Recording</h2>
 *
 * A worker times one operation in N; the gaps are drawn uniformly from [1, 2N-1] by an xorshift
 * stream per worker, so that no period of the workload is followed. With c the cost of one clock
 * read and r that of one record, the mean cost per operation is about (2c + r) / N. N is the
 * smallest power of two that keeps it at or below 1 % of 500 ns. From each sample c is taken away,
 * because that much of it is the clock's own. Samples beyond an hour count as overflow and as an
 * hour.
 *
 * <h2>Standstill</h2>
 *
 * JMH counts operations and time, so that a process that was stopped for a part of its window, or a
 * machine that was paused, looks like a slower variant. {@link io.slablab.agent.trial.PauseWatch}
 * is a thread that only sleeps and looks how late it woke up: {@code longestPauseNs} of the
 * evidence in {@code trial.json}. It wakes up ten times a second, off the measured CPUs wherever
 * there are others.
 *
 * <h2>Memory cost</h2>
 *
 * High-water marks begin with the measured window. After the last interval the counts are taken,
 * then all lives are ended and what the design still keeps is its idle memory; only then the pool
 * is closed. Both, with what they consist of, stand in {@code allocator.json}.
 *
 * <h2>Checks</h2>
 *
 * A variant's options (slub_debug, lockdep, KASAN, percpu and others) are built into its stack
 * alone. A trial with checks allocates heap and is slow; what they found stands in {@code
 * allocator.json}, and each check that found something is a warning of the trial. A broken rule of
 * locks fails it.
 *
 * <h2>Threads and memory</h2>
 *
 * Histograms, counters and times of a worker are its own while it runs; the fork's main thread
 * reads them between iterations, ordered by JMH's futures. Between intervals all workers have given
 * their virtual CPUs back. A worker allocates no Java heap per operation; the heap is large enough
 * that no collection falls into a window, and one that does is a warning in {@code trial.json}.
 *
 * <h2>Ends</h2>
 *
 * A fork dies with its agent: the kernel kills it when the thread that started it ends. A trial
 * that gives no result has its reason in {@code trial.json} and in the outcome.
 */
@NullMarked
package io.slablab.agent.trial;

import org.jspecify.annotations.NullMarked;
