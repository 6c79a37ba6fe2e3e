package io.llmcluster.bench.workflow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * An ensemble's time, from its submission to its recorded end, over that of the slowest model which
 * its vote needs: the second of three if the first two agree, else the third.
 */
final class EnsembleWall {

  private static final Duration FAST = Duration.ofMillis(500);
  private static final Duration MIDDLE = Duration.ofSeconds(1);
  private static final Duration SLOW = Duration.ofSeconds(2);

  private EnsembleWall() {}

  /**
   * The ratio in thousandths.
   *
   * @param agree whether the fast model and the one in the middle say the same
   * @param runs one after the other
   */
  static Histogram measure(Path folder, boolean agree, int runs) throws Exception {
    Paced models =
        new Paced(
            Map.of(
                "fast", new Paced.Voice(FAST, "18"),
                "middle", new Paced.Voice(MIDDLE, agree ? "18" : "19"),
                "slow", new Paced.Voice(SLOW, "19")));
    long needed = (agree ? MIDDLE : SLOW).toNanos();
    Histogram ratios = new Histogram(3);
    try (BenchMember member = new BenchMember(folder, models)) {
      for (int run = -1; run < runs; run++) {
        long begun = System.nanoTime();
        member
            .submit("e" + run, "ensemble", request())
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
        member.end("e" + run).toCompletableFuture().get(60, TimeUnit.SECONDS);
        if (run >= 0) { // the first one starts the shards
          ratios.recordValue(1000 * (System.nanoTime() - begun) / needed);
        }
      }
    }
    return ratios;
  }

  private static ObjectNode request() {
    ObjectNode request =
        JsonNodeFactory.instance
            .objectNode()
            .put("prompt", "How many?")
            .put("answers", "number")
            .put("rule", "majority");
    request.putArray("models").add("fast").add("middle").add("slow");
    return request;
  }
}
