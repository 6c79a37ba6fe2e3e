package io.llmcluster.bench.workflow;

import io.llmcluster.core.inference.InferenceRequest;
import io.llmcluster.patterns.workflow.WorkflowEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.stream.javadsl.Sink;

/** The figures of docs/benchmarks.md on workflows, one after the other, each in a new store. */
public final class WorkflowBenchmark {

  private static final int LENGTH = 20;

  private final int scale;

  private WorkflowBenchmark(int scale) {
    this.scale = scale;
  }

  /**
   * @param arguments {@code --quick}: a tenth of everything, to see that it runs; {@code
   *     --journal}: only what the journals of the real patterns hold
   */
  public static void main(String[] arguments) throws Exception {
    WorkflowBenchmark bench =
        new WorkflowBenchmark(Stream.of(arguments).anyMatch("--quick"::equals) ? 1 : 10);
    journals();
    if (Stream.of(arguments).anyMatch("--journal"::equals)) {
      return;
    }
    say("figure                                        value      aim");
    bench.steps();
    bench.recovery();
    bench.memory();
    bench.ensembles();
  }

  /** One run of each real pattern, with answers of the usual length. */
  private static void journals() throws Exception {
    Path folder = Files.createTempDirectory("bench-workflows");
    JournalSizes.measure(folder, WorkflowBenchmark::say);
    delete(folder);
  }

  private static void say(String figure, double value, String unit, String aim) {
    say(String.format(Locale.ROOT, "%-38s %10.2f %-4s  %s", figure, value, unit, aim));
  }

  private static void say(String line) {
    System.out.println(line);
  }

  /** One workflow alone tells what a step costs; 64 at once, how many there are in a second. */
  private void steps() throws Exception {
    Path folder = Files.createTempDirectory("bench-workflows");
    Histogram overhead = new Histogram(3);
    Map<String, Long> last = new ConcurrentHashMap<>();
    Semaphore ended = new Semaphore(0);
    boolean[] measure = new boolean[1];
    Instant inference =
        new Instant(request -> true, request -> note(request, measure, last, overhead, ended));
    try (BenchMember member = new BenchMember(folder, inference)) {
      run(member, "warm", 40 * scale, 64, ended);
      measure[0] = true;
      run(member, "alone", 10 * scale, 1, ended);
      measure[0] = false;
      say("overhead of a step, p50", overhead.getValueAtPercentile(50) / 1e6, "ms", "<= 3");
      say("overhead of a step, p99", overhead.getValueAtPercentile(99) / 1e6, "ms", "");
      long begun = System.nanoTime();
      run(member, "many", 100 * scale, 64, ended);
      double seconds = (System.nanoTime() - begun) / 1e9;
      say("steps a second, 64 workflows at once", 100 * scale * LENGTH / seconds, "/s", ">= 1500");
      journal(member, "alone0");
    }
    delete(folder);
  }

  /** The time from one call of a workflow to the next is what the interpreter adds. */
  private static void note(
      InferenceRequest request,
      boolean[] measure,
      Map<String, Long> last,
      Histogram overhead,
      Semaphore ended) {
    String[] key = request.id().split("/");
    long now = System.nanoTime();
    Long before = last.put(key[0], now);
    if (measure[0] && before != null) {
      overhead.recordValue(now - before);
    }
    if (key[1].equals("s" + LENGTH)) {
      last.remove(key[0]);
      ended.release();
    }
  }

  private static void run(
      BenchMember member, String name, int workflows, int atOnce, Semaphore ended)
      throws Exception {
    for (int i = 0; i < workflows; i++) {
      if (i >= atOnce && !ended.tryAcquire(60, TimeUnit.SECONDS)) {
        throw new TimeoutException("workflows of '" + name + "' do not end");
      }
      var reply = member.submit(name + i, LENGTH).toCompletableFuture();
      if (i == 0) {
        reply.get(60, TimeUnit.SECONDS); // until the shards are there
      }
    }
    if (!ended.tryAcquire(Math.min(atOnce, workflows), 60, TimeUnit.SECONDS)) {
      throw new TimeoutException("workflows of '" + name + "' do not end");
    }
  }

  /** Payloads in the journal against the text that came out of the models. */
  private static void journal(BenchMember member, String workflow) throws Exception {
    var serialization = SerializationExtension.get(member.system());
    var events =
        member
            .history()
            .events(workflow, 0, Long.MAX_VALUE)
            .runWith(Sink.seq(), member.system())
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
    long bytes = 0;
    long text = 0;
    for (var recorded : events) {
      bytes += serialization.serialize(recorded.event()).get().length;
      text +=
          recorded.event() instanceof WorkflowEvent.StepCompleted done ? done.output().length() : 0;
    }
    say("journal bytes of a step", (double) bytes / LENGTH, "B", "");
    say("journal bytes to output text", (double) bytes / text, "x", "< 4");
  }

  /** A full stop with 1,000 workflows in mid-run, and a start with nobody asking for them. */
  private void recovery() throws Exception {
    int workflows = 100 * scale;
    Path folder = Files.createTempDirectory("bench-workflows");
    Instant before = new Instant(request -> !request.id().contains("/s6/"), request -> {});
    try (BenchMember member = new BenchMember(folder, before)) {
      submit(member, workflows);
      until(() -> before.asked() == 6 * workflows);
    }
    Instant after = new Instant(request -> false, request -> {});
    long begun = System.nanoTime();
    try (BenchMember started = new BenchMember(folder, after)) {
      until(() -> after.asked() == workflows);
      say(
          "recovery of " + workflows + " workflows, from start",
          (System.nanoTime() - begun) / 1e9,
          "s",
          "< 10");
    }
    delete(folder);
  }

  private static void submit(BenchMember member, int workflows) throws Exception {
    Semaphore room = new Semaphore(64);
    for (int i = 0; i < workflows; i++) {
      room.acquire();
      var reply = member.submit("w" + i, LENGTH).toCompletableFuture();
      if (i == 0) {
        reply.get(60, TimeUnit.SECONDS);
      }
      reply.whenComplete((done, failure) -> room.release());
    }
  }

  /** Workflows that wait for a slow model after five answers; those that wait for people leave. */
  private void memory() throws Exception {
    int workflows = 1000 * scale;
    Path folder = Files.createTempDirectory("bench-workflows");
    Instant inference = new Instant(request -> !request.id().contains("/s6/"), request -> {});
    try (BenchMember member = new BenchMember(folder, inference)) {
      submit(member, 64);
      until(() -> inference.asked() == 6 * 64);
      long empty = usedBytes();
      submit(member, workflows);
      until(() -> inference.asked() == 6 * workflows);
      say(
          "memory of a waiting workflow",
          (usedBytes() - empty) / 1024.0 / (workflows - 64),
          "KB",
          "< 20");
    }
    delete(folder);
  }

  /** What a client waits for beyond the model that the vote had to wait for. */
  private void ensembles() throws Exception {
    for (boolean agree : new boolean[] {true, false}) {
      Path folder = Files.createTempDirectory("bench-workflows");
      Histogram ratios = EnsembleWall.measure(folder, agree, 2 * scale);
      String what = "ensemble over " + (agree ? "second" : "third") + " model of 3";
      say(what + ", p50", ratios.getValueAtPercentile(50) / 1000.0, "x", "<= 1.05");
      say(what + ", max", ratios.getMaxValue() / 1000.0, "x", "");
      delete(folder);
    }
  }

  private static long usedBytes() throws InterruptedException {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(200);
      used = Math.min(used, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }
    return used;
  }

  private static void until(BooleanSupplier reached) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new TimeoutException("not reached within two minutes");
      }
      Thread.sleep(5);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(java.util.Comparator.reverseOrder())
          .map(Path::toFile)
          .forEach(java.io.File::delete);
    }
  }
}
