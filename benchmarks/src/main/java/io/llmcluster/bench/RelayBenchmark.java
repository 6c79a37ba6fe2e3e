package io.llmcluster.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Runs the same load over several ways to one backend, in turns, and prints a Markdown table.
 *
 * <p>Arguments: {@code --seconds N} (per measurement and round), {@code --rounds N}, {@code
 * --streams N} (held at once at most), {@code --only whole|streams} (that load and no table, for a
 * profiler to watch), then for each way {@code NAME=PORT[:PID]}; the first is the straight one,
 * against which the others' added time is told.
 */
public final class RelayBenchmark {

  private static final byte[] WHOLE =
      Load.request("/api/generate", "{\"model\":\"m\",\"prompt\":\"hello\",\"stream\":false}");
  private static final byte[] NDJSON =
      Load.request("/api/generate", "{\"model\":\"m\",\"prompt\":\"hello\"}");
  private static final byte[] EVENTS =
      Load.request(
          "/v1/chat/completions",
          "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}],\"stream\":true}");

  private record Way(String name, int port, String pid) {}

  private final List<Way> ways = new ArrayList<>();
  private int seconds = 4;
  private int rounds = 3;
  private int most = 1000;
  private String only = "";

  public static void main(String[] args) throws IOException {
    RelayBenchmark benchmark = new RelayBenchmark();
    benchmark.configure(args);
    if (benchmark.only.isEmpty()) {
      benchmark.run();
    } else {
      benchmark.load();
    }
  }

  private void configure(String[] args) {
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--seconds" -> seconds = Integer.parseInt(args[++i]);
        case "--rounds" -> rounds = Integer.parseInt(args[++i]);
        case "--streams" -> most = Integer.parseInt(args[++i]);
        case "--only" -> only = args[++i];
        default -> {
          String[] way = args[i].split("[=:]", 3);
          ways.add(new Way(way[0], Integer.parseInt(way[1]), way.length > 2 ? way[2] : ""));
        }
      }
    }
  }

  private void load() throws IOException {
    for (Way way : ways) {
      if (only.equals("whole")) {
        whole(way, 64, seconds);
      } else {
        streams(way, NDJSON, most);
      }
    }
  }

  private void run() throws IOException {
    for (Way way : ways) { // so that nobody pays for warming up
      whole(way, 64, 2 * seconds);
      whole(way, 1, seconds);
      for (int warm = 0; warm < 4; warm++) {
        streams(way, NDJSON, 250);
        streams(way, EVENTS, 250);
      }
    }
    row("", ways.stream().map(Way::name).toList());
    row("---", ways.stream().map(way -> "---").toList());
    wholes(1);
    wholes(64);
    for (int count : new int[] {1, 50}) {
      streamed("NDJSON", NDJSON, count, rounds);
      streamed("SSE", EVENTS, count, rounds);
    }
    for (int count = 250; count <= most; count *= 2) {
      streamed("NDJSON", NDJSON, count, 1);
    }
    row("RSS, MB", ways.stream().map(RelayBenchmark::rss).toList());
  }

  private void wholes(int connections) throws IOException {
    Map<Way, Histogram> latency = new LinkedHashMap<>();
    Map<Way, Double> perSecond = new LinkedHashMap<>();
    Map<Way, Long> cpu = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (Way way : ways) {
        long cpuBefore = Processes.cpuNanos(way.pid());
        Load.Whole whole = whole(way, connections, seconds);
        cpu.merge(way, Processes.cpuNanos(way.pid()) - cpuBefore, Long::sum);
        if (whole.failed() > 0 || whole.latency().getTotalCount() == 0) {
          throw new IOException(
              String.format(
                  Locale.ROOT,
                  "%s: %d of %d answers failed (expected: none of at least one)",
                  way.name(),
                  whole.failed(),
                  whole.latency().getTotalCount()));
        }
        latency.computeIfAbsent(way, w -> new Histogram(60_000_000_000L, 3)).add(whole.latency());
        perSecond.merge(way, whole.perSecond() / rounds, Double::sum);
      }
    }
    String at = ", " + connections + " connection" + (connections == 1 ? "" : "s");
    times("latency p50" + at, latency, 50);
    times("latency p99" + at, latency, 99);
    row(
        "requests/s" + at,
        ways.stream().map(way -> String.format(Locale.ROOT, "%,.0f", perSecond.get(way))).toList());
    // The load and the backend share the CPUs with the relay and flatten requests/s; this they
    // cannot.
    row(
        "CPU of the relay for a request" + at,
        ways.stream()
            .map(way -> cpuEach(way, cpu.getOrDefault(way, 0L), latency.get(way)))
            .toList());
  }

  private void streamed(String kind, byte[] request, int count, int times) throws IOException {
    Map<Way, Histogram> first = new LinkedHashMap<>();
    Map<Way, Histogram> delay = new LinkedHashMap<>();
    Map<Way, int[]> held = new LinkedHashMap<>();
    for (int round = 0; round < times; round++) {
      for (Way way : ways) {
        Load.Streams streams = streams(way, request, count);
        first
            .computeIfAbsent(way, w -> new Histogram(60_000_000_000L, 3))
            .add(streams.firstPiece());
        delay
            .computeIfAbsent(way, w -> new Histogram(60_000_000_000L, 3))
            .add(streams.pieceDelay());
        int[] sums = held.computeIfAbsent(way, w -> new int[3]);
        sums[0] += streams.complete();
        sums[1] += streams.stalled();
        sums[2] = Math.max(sums[2], streams.peak());
      }
    }
    String at = ", " + kind + ", " + count + " at once";
    times("first piece p50" + at, first, 50);
    // Under a hundred streams, a 99th percentile would only be another name for the slowest.
    int all = count * times;
    times("first piece " + (all < 100 ? "slowest of " + all : "p99 of " + all) + at, first, 99);
    times("delay of a piece p50" + at, delay, 50);
    times("delay of a piece p99" + at, delay, 99);
    row(
        "complete of " + all + " / stalled / most open at one moment" + at,
        ways.stream()
            .map(held::get)
            .map(sums -> sums == null ? "-" : sums[0] + " / " + sums[1] + " / " + sums[2])
            .toList());
  }

  private Load.Whole whole(Way way, int connections, int forSeconds) throws IOException {
    try (Load load = new Load(way.port())) {
      return load.whole(WHOLE, connections, forSeconds * 1_000_000_000L);
    }
  }

  private static Load.Streams streams(Way way, byte[] request, int count) throws IOException {
    try (Load load = new Load(way.port())) {
      return load.streams(request, count);
    }
  }

  /** Each way's own time, and in brackets what it adds to the first way's. */
  private void times(String what, Map<Way, Histogram> histograms, int percentile) {
    long straight = 0;
    List<String> cells = new ArrayList<>();
    for (Way way : ways) {
      Histogram histogram = histograms.get(way);
      long nanos = histogram == null ? 0 : histogram.getValueAtPercentile(percentile);
      straight = cells.isEmpty() ? nanos : straight;
      cells.add(micros(nanos) + (cells.isEmpty() ? "" : " (" + added(nanos - straight) + ")"));
    }
    row(what, cells);
  }

  private static String added(long nanos) {
    return (nanos < 0 ? "-" : "+") + micros(Math.abs(nanos));
  }

  private static String micros(long nanos) {
    return nanos >= 10_000_000
        ? String.format(Locale.ROOT, "%.0f ms", nanos / 1e6)
        : String.format(Locale.ROOT, "%.0f µs", nanos / 1e3);
  }

  private static String cpuEach(Way way, long nanos, @Nullable Histogram answers) {
    return way.pid().isEmpty() || answers == null
        ? "-"
        : String.format(Locale.ROOT, "%.0f µs", nanos / 1e3 / answers.getTotalCount());
  }

  private static String rss(Way way) {
    return way.pid().isEmpty() ? "-" : String.valueOf(Processes.residentMegabytes(way.pid()));
  }

  private static void row(String name, List<String> cells) {
    System.out.println("| " + name + " | " + String.join(" | ", cells) + " |");
  }
}
