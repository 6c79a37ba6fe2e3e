package io.llmcluster.core.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class OnBeginTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  private final AtomicInteger runs = new AtomicInteger();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private CompletableFuture<?> run(Source<Integer, ?> source) {
    return source
        .via(new OnBegin<>(runs::incrementAndGet))
        .runWith(Sink.ignore(), KIT.system())
        .toCompletableFuture();
  }

  @Test
  void it_runs_with_the_first_element_and_never_again() {
    CompletableFuture<Integer> second = new CompletableFuture<>();
    CompletableFuture<?> all = run(Source.single(1).concat(Source.completionStage(second)));
    await().until(() -> runs.get() == 1);
    second.complete(2);
    all.join();
    assertThat(runs).hasValue(1);
  }

  @Test
  void without_an_element_it_runs_at_the_end() {
    run(Source.empty());
    run(Source.failed(new IllegalStateException("before the first")));
    await().until(() -> runs.get() == 2);
  }
}
